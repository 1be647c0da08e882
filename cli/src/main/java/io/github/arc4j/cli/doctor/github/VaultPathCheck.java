package io.github.arc4j.cli.doctor.github;

import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** Before a takeover: certificates for vaults are where the default of {@code flags.vaultCertificateDirectory} is. */
public final class VaultPathCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        return snapshot.scaleSets().stream().flatMap(set -> find(set).stream()).toList();
    }

    private static Optional<Finding> find(ScaleSet set) {
        VaultConfig vault = set.object().getSpec().vaultConfig();
        if (vault == null || vault.azureKeyVault() == null) {
            return Optional.empty();
        }
        String directory = "/vault-certificates/" + set.namespace() + "/";
        String path = vault.azureKeyVault().certificatePath();
        return path.startsWith(directory)
                ? Optional.empty()
                : Optional.of(Finding.problem(
                        Finding.name(set),
                        "VaultInvalid",
                        "keyVault.azureKeyVault.certificatePath %s is not in %s".formatted(path, directory)));
    }
}

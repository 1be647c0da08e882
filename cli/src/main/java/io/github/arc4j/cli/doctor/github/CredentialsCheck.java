package io.github.arc4j.cli.doctor.github;

import io.fabric8.kubernetes.api.model.Secret;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.cli.cluster.Secrets;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** The Secret with the credentials of each scale set exists and has the right entries. */
public final class CredentialsCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        Optional<String> doubt = snapshot.controller().doubt();
        if (doubt.isPresent()) {
            return List.of(Finding.unknown("", doubt.get()));
        }
        return snapshot.scaleSets().stream()
                .flatMap(set -> find(snapshot, set).stream())
                .toList();
    }

    private static Optional<Finding> find(Snapshot snapshot, ScaleSet set) {
        if (set.object().getSpec().vaultConfig() != null) {
            return Optional.of(Finding.unknown(Finding.name(set), "the credentials are in a vault"));
        }
        Controller controller = new Controller(snapshot);
        Optional<String> doubt = controller.doubt(set.namespace());
        if (doubt.isPresent()) {
            return Optional.of(Finding.unknown(Finding.name(set), doubt.get()));
        }
        String namespace = controller.credentialsNamespace(set.namespace()).orElseThrow();
        String name = set.object().getSpec().githubConfigSecret();
        Optional<Secret> secret = snapshot.find(Secret.class, namespace, name);
        if (secret.isEmpty()) {
            return Optional.of(
                    snapshot.hasRead(Secret.class)
                            ? Finding.problem(
                                    Finding.name(set),
                                    "SecretMissing",
                                    "the Secret %s/%s does not exist".formatted(namespace, name))
                            : Finding.unknown(
                                    Finding.name(set), "the Secret %s/%s cannot be read".formatted(namespace, name)));
        }
        try {
            Credentials.of(Secrets.decoded(secret.get()));
            return Optional.empty();
        } catch (InvalidCredentialsException e) {
            return Optional.of(Finding.problem(
                    Finding.name(set),
                    "InvalidCredentials",
                    "the Secret %s/%s: %s".formatted(namespace, name, e.getMessage())));
        }
    }
}

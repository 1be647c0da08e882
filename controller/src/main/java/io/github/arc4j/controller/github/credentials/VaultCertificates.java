package io.github.arc4j.controller.github.credentials;

import io.github.arc4j.vault.CertificateDirectory;
import java.util.Optional;

/**
 * The files in the controller's pod that a scale set may use as the client certificate for its vault: those in the
 * directory of its namespace. Files elsewhere are rejected without accessing them, so that users cannot find out which
 * files exist.
 *
 * @param directory contains a subdirectory for each namespace; empty if every path is allowed
 */
public record VaultCertificates(Optional<CertificateDirectory> directory) {
    /** Every path, as with the Go controller. */
    public static final VaultCertificates ANY = new VaultCertificates(Optional.empty());

    private static final String ANY_FLAG = "any";

    /** @throws IllegalArgumentException if it is neither {@code any} nor an absolute path */
    public static VaultCertificates parse(String text) {
        if (text.equals(ANY_FLAG)) {
            return ANY;
        }
        try {
            return new VaultCertificates(Optional.of(CertificateDirectory.parse(text)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; or any, which allows every path", e);
        }
    }

    /** @throws GitHubAccessException if scale sets in the namespace may not use this file */
    void check(String namespace, String certificatePath) throws GitHubAccessException {
        if (directory.isPresent() && !directory.get().contains(namespace, certificatePath)) {
            throw new GitHubAccessException(
                    "VaultInvalid",
                    "spec.vaultConfig.azureKeyVault.certificatePath must name a file in %s, where the operator puts it"
                            .formatted(directory.get().of(namespace)));
        }
    }
}

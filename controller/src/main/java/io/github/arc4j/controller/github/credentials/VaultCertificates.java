package io.github.arc4j.controller.github.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files in the controller's pod that a scale set may use as the client certificate for its vault: those in the
 * directory of its namespace. Files elsewhere are refused without accessing them, so that users cannot find out which
 * files exist.
 *
 * @param directory contains a subdirectory for each namespace; empty if every path is allowed
 */
public record VaultCertificates(Optional<Path> directory) {
    /** Every path, as with the Go controller. */
    public static final VaultCertificates ANY = new VaultCertificates(Optional.empty());

    private static final String ANY_FLAG = "any";

    /** @throws IllegalArgumentException if it is neither {@code any} nor an absolute path */
    public static VaultCertificates parse(String text) {
        if (text.equals(ANY_FLAG)) {
            return ANY;
        }
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("must be the absolute path of a directory, or any: " + text);
        }
        return new VaultCertificates(Optional.of(path.normalize()));
    }

    /** @throws GitHubAccessException if scale sets in the namespace may not use this file */
    void check(String namespace, String certificatePath) throws GitHubAccessException {
        if (directory.isPresent() && !isIn(directory.get().resolve(namespace), certificatePath)) {
            throw new GitHubAccessException(
                    "VaultInvalid",
                    "spec.vaultConfig.azureKeyVault.certificatePath must name a file in %s/%s, where the operator puts it"
                            .formatted(directory.get(), namespace));
        }
    }

    /** Symbolic links may point anywhere within the directory, as those of mounted Secrets do. */
    private static boolean isIn(Path parent, String file) {
        try {
            Path path = Path.of(file);
            return path.isAbsolute()
                    && path.normalize().startsWith(parent)
                    && path.normalize().toRealPath().startsWith(parent.toRealPath())
                    && Files.isRegularFile(path.normalize());
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}

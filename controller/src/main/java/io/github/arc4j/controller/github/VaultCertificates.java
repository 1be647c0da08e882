package io.github.arc4j.controller.github;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which files of the controller's pod scale sets may name as the certificate of their vault's application: those in the
 * folder of their namespace. What is refused is not looked at, so that nobody learns which other files there are.
 *
 * @param directory with a folder for each namespace; empty if every file may be named
 */
public record VaultCertificates(Optional<Path> directory) {
    /** Every file, as with the Go controller. */
    public static final VaultCertificates ANY = new VaultCertificates(Optional.empty());

    private static final String ANY_FLAG = "any";

    /** @throws IllegalArgumentException if it is neither {@code any} nor an absolute path */
    public static VaultCertificates parse(String text) {
        if (text.equals(ANY_FLAG)) {
            return ANY;
        }
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("must be the absolute path of a folder, or any: " + text);
        }
        return new VaultCertificates(Optional.of(path.normalize()));
    }

    /** @throws GitHubAccessException if scale sets of the namespace may not name this file */
    void check(String namespace, String certificatePath) throws GitHubAccessException {
        if (directory.isPresent() && !isIn(directory.get().resolve(namespace), certificatePath)) {
            throw new GitHubAccessException(
                    "VaultInvalid",
                    "spec.vaultConfig.azureKeyVault.certificatePath must name a file in %s/%s, where the operator puts it"
                            .formatted(directory.get(), namespace));
        }
    }

    /** Links may lead anywhere within the folder, as those of mounted Secrets do. */
    private static boolean isIn(Path folder, String file) {
        try {
            Path path = Path.of(file);
            return path.isAbsolute()
                    && path.normalize().startsWith(folder)
                    && path.normalize().toRealPath().startsWith(folder.toRealPath())
                    && Files.isRegularFile(path.normalize());
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}

package io.github.arc4j.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A directory of client certificates with one subdirectory for each namespace, whose scale sets may use no others.
 *
 * @param path absolute and normalized
 */
public record CertificateDirectory(Path path) {
    /** Where the charts mount the certificates by default. */
    public static final CertificateDirectory DEFAULT = new CertificateDirectory(Path.of("/vault-certificates"));

    /** @throws IllegalArgumentException if it is not an absolute path */
    public static CertificateDirectory parse(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("must be the absolute path of a directory: " + text);
        }
        return new CertificateDirectory(path.normalize());
    }

    public Path of(String namespace) {
        return path.resolve(namespace);
    }

    /** Whether the path is one in the namespace's subdirectory, without accessing the file. */
    public boolean includes(String namespace, String certificatePath) {
        try {
            Path certificate = Path.of(certificatePath);
            return certificate.isAbsolute() && certificate.normalize().startsWith(of(namespace));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * Whether the path is that of a regular file in the namespace's subdirectory. Symbolic links may point anywhere
     * within it, as those of mounted Secrets do. Files elsewhere are not accessed, so that users cannot find out which
     * files exist.
     */
    public boolean contains(String namespace, String certificatePath) {
        try {
            return includes(namespace, certificatePath)
                    && Path.of(certificatePath)
                            .normalize()
                            .toRealPath()
                            .startsWith(of(namespace).toRealPath())
                    && Files.isRegularFile(Path.of(certificatePath).normalize());
        } catch (IOException e) {
            return false;
        }
    }
}

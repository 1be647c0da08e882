package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.tls.AlternativeRoots;
import io.github.arc4j.actions.internal.tls.PemRoots;
import io.github.arc4j.actions.internal.tls.Roots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * The certificate authorities that a system trusts. Files are not read before the first TLS connection. Thread-safe.
 */
public final class SystemCertificates {
    /** The certificate authorities of the JDK. */
    public static final SystemCertificates JDK = new SystemCertificates(AlternativeRoots.JDK);

    private static final Path FOLDER = Path.of("/etc/ssl/certs");
    private static final Path FILE = FOLDER.resolve("ca-certificates.crt");

    private final AlternativeRoots roots;

    private SystemCertificates(AlternativeRoots roots) {
        this.roots = roots;
    }

    /**
     * The certificate authorities that a Go program trusts on Linux: {@code SSL_CERT_FILE} replaces {@code
     * /etc/ssl/certs/ca-certificates.crt}, and {@code SSL_CERT_DIR}, a colon-separated list of directories, replaces
     * {@code /etc/ssl/certs}. The certificate authorities of the JDK are trusted as well, unless both variables are
     * set. Changed files are read again when a certificate is not trusted.
     *
     * @param environment the environment variables, such as {@link System#getenv()}
     * @return the certificate authorities
     */
    public static SystemCertificates fromEnvironment(Map<String, String> environment) {
        return fromEnvironment(environment, FILE, FOLDER);
    }

    static SystemCertificates fromEnvironment(Map<String, String> environment, Path usualFile, Path usualFolder) {
        String file = environment.getOrDefault("SSL_CERT_FILE", "");
        List<Path> folders = Stream.of(
                        environment.getOrDefault("SSL_CERT_DIR", "").split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
        List<Path> named = new ArrayList<>(folders);
        List<Path> usual = new ArrayList<>();
        if (file.isEmpty()) {
            usual.add(usualFile);
        } else {
            named.add(Path.of(file));
        }
        if (folders.isEmpty()) {
            usual.add(usualFolder);
        }
        List<Roots> roots = new ArrayList<>();
        if (!named.isEmpty()) {
            roots.add(PemRoots.named(named));
        }
        if (!usual.isEmpty()) {
            roots.add(Roots.JDK);
            roots.add(PemRoots.usual(usual));
        }
        return new SystemCertificates(new AlternativeRoots(roots));
    }

    /**
     * Only the certificate authorities in a PEM file. If the file has changed, it is read again when a certificate is
     * not trusted.
     *
     * @param file the PEM file
     * @return the certificate authorities
     */
    public static SystemCertificates inFile(Path file) {
        return new SystemCertificates(new AlternativeRoots(List.of(PemRoots.named(List.of(file)))));
    }

    /** {@return a TLS context that trusts these certificate authorities} */
    public SSLContext sslContext() {
        return roots.context();
    }

    AlternativeRoots roots() {
        return roots;
    }
}

package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.AlternativeRoots;
import io.github.arc4j.actions.internal.PemRoots;
import io.github.arc4j.actions.internal.Roots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * The certificate authorities that a system trusts. Nothing is read before the first connection over TLS. Thread-safe.
 */
public final class SystemCertificates {
    /** Those of the JDK. */
    public static final SystemCertificates JDK = new SystemCertificates(AlternativeRoots.JDK);

    private static final Path FOLDER = Path.of("/etc/ssl/certs");
    private static final Path FILE = FOLDER.resolve("ca-certificates.crt");

    private final AlternativeRoots roots;

    private SystemCertificates(AlternativeRoots roots) {
        this.roots = roots;
    }

    /**
     * Those that a program in Go trusts on Linux: {@code SSL_CERT_FILE} stands for {@code
     * /etc/ssl/certs/ca-certificates.crt}, and {@code SSL_CERT_DIR}, directories with colons between them, for {@code
     * /etc/ssl/certs}. Those of the JDK count as well, unless both variables are set. Files that change are read again
     * when a certificate is not trusted.
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

    /** Those in a PEM file and no others. A changed file is read again when a certificate is not trusted. */
    public static SystemCertificates inFile(Path file) {
        return new SystemCertificates(new AlternativeRoots(List.of(PemRoots.named(List.of(file)))));
    }

    /** A context that trusts these. */
    public SSLContext sslContext() {
        return roots.context();
    }

    AlternativeRoots roots() {
        return roots;
    }
}

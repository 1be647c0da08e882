package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.SystemCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An API server and the credentials to access it.
 *
 * @param api base URL without a trailing slash
 * @param token called for each request, because service account tokens are rotated while a pod runs
 * @param tls null means the JDK's default
 */
public record KubeEndpoint(
        URI api, Supplier<String> token, @Nullable SSLContext tls) {
    /**
     * The API server of the cluster in which this process runs.
     *
     * @param environment {@code KUBERNETES_SERVICE_HOST} and {@code KUBERNETES_SERVICE_PORT}, which every pod has, and
     *     {@code KUBERNETES_SERVICE_ACCOUNT_DIR} if token and certificates are not in the default directory
     * @throws IOException if the process does not run in a cluster; the message says what is missing
     */
    public static KubeEndpoint inCluster(Map<String, String> environment) throws IOException {
        Path serviceAccount = Path.of(environment.getOrDefault(
                "KUBERNETES_SERVICE_ACCOUNT_DIR", "/var/run/secrets/kubernetes.io/serviceaccount"));
        @Nullable String host = environment.get("KUBERNETES_SERVICE_HOST");
        @Nullable String port = environment.get("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException("not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be set");
        }
        String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        Path token = serviceAccount.resolve("token");
        SSLContext tls = trusting(serviceAccount.resolve("ca.crt"));
        return new KubeEndpoint(URI.create("https://" + authority), () -> read(token), tls);
    }

    private static String read(Path token) {
        try {
            return Files.readString(token).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the service account's token", e);
        }
    }

    private static SSLContext trusting(Path certificates) throws IOException {
        if (!Files.isReadable(certificates)) {
            throw new IOException("cannot read " + certificates);
        }
        return SystemCertificates.inFile(certificates).sslContext();
    }

    @Override
    public String toString() {
        return "KubeEndpoint[" + api + "]";
    }
}

package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void servesHttpsWithItsOwnCertificate() throws Exception {
        Path keyStore = keyStore();
        SimulatorOptions options = SimulatorOptions.builder()
                .tls(SimulatorMain.tls(keyStore, "secret"))
                .build();
        try (GitHubSimulator simulator = GitHubSimulator.start(options)) {
            assertThat(simulator.uri()).hasScheme("https");
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(trusting(keyStore)).build();
            WireClient client = new WireClient(simulator, trusting).connect("org");
            assertThat(client.serviceUrl()).startsWith("https://127.0.0.1:");
            assertThat(client.create("set").status()).isEqualTo(200);
            assertThatThrownBy(() -> new WireClient(simulator).connect("org"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void losesNoCallWhenHttp2ConnectionsEnd() throws Exception {
        Path keyStore = keyStore();
        SimulatorOptions options = SimulatorOptions.builder()
                .tls(SimulatorMain.tls(keyStore, "secret"))
                .http2(3)
                .build();
        try (GitHubSimulator simulator = GitHubSimulator.start(options);
                HttpClient http =
                        HttpClient.newBuilder().sslContext(trusting(keyStore)).build()) {
            WireClient client = new WireClient(simulator, http).connect("org");
            for (int i = 0; i < 20; i++) {
                WireClient.Response response = client.create("set-" + i);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.http().version()).isEqualTo(HttpClient.Version.HTTP_2);
            }
            assertThat(simulator.scaleSets()).hasSize(20);
            assertThat(simulator.violations()).isEmpty();
        }
    }

    private Path keyStore() throws Exception {
        Path keyStore = directory.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "sim",
                        "-dname",
                        "CN=sim",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret",
                        "-keystore",
                        keyStore.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return keyStore;
    }

    private static SSLContext trusting(Path keyStore) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), "secret".toCharArray());
        KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
        certificates.load(null, null);
        certificates.setCertificateEntry("sim", keys.getCertificate("sim"));
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}

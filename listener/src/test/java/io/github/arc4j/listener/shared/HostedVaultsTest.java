package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.shared.Stage.Running;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AzureKeyVault;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.azure.ClientKey;
import io.github.arc4j.simulator.azure.KeyVaultSimulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scale sets in a shared listener whose credentials are in vaults. */
class HostedVaultsTest {
    private static final String VALID = "{\"github_token\":\"sim-pat\"}";

    @TempDir
    private static Path keys;

    /** Created once, because that takes longer than most tests. */
    private static ClientKey client;

    @TempDir
    private Path certificates = Path.of("");

    private final Stage stage = new Stage();
    private ClientKey key;
    private KeyVaultSimulator azure;

    @BeforeAll
    static void createKey() throws Exception {
        client = ClientKey.create(keys);
    }

    @BeforeEach
    void createVault() throws Exception {
        Path own = Files.createDirectory(certificates.resolve(Stage.SETS));
        Files.createDirectory(certificates.resolve("team-b"));
        key = new ClientKey(client.certificate(), client.key(), own);
        azure = new KeyVaultSimulator(key.certificate());
        azure.put("github", VALID);
    }

    @AfterEach
    void stop() {
        stage.close();
        azure.close();
    }

    private Running start() throws Exception {
        return stage.startWithCertificates(certificates, Map.of("AZURE_AUTHORITY_HOST", azure.url()));
    }

    private ListenerConfigBuilder config(String name, String url, Path certificate) throws Exception {
        return stage.config(name, stage.createScaleSet(name))
                .credentials(null)
                .vaultType(ListenerConfig.AZURE_KEY_VAULT)
                .vaultLookupKey("github")
                .azureKeyVault(new AzureKeyVault(
                        KeyVaultSimulator.TENANT, KeyVaultSimulator.CLIENT, url, certificate.toString(), null));
    }

    private void assertGoodWorks() {
        eventually(() -> stage.state("good").equals("listening"));
        stage.github.queueJobs(JobRequest.of("good"), 2);
        eventually(() -> stage.replicas("good") == 2);
    }

    @Test
    void jobsRunWithCredentialsOfTheVault() throws Exception {
        stage.add("good", config("good", azure.url(), key.pem()).build(), 0);
        start();
        assertGoodWorks();
    }

    @Test
    void rotatedCredentialsTakeEffectWithoutANewConfiguration() throws Exception {
        azure.put("github", "{\"github_token\":\"expired\"}");
        stage.add("good", config("good", azure.url(), key.pem()).build(), 0);
        start();
        eventually(() -> stage.state("good").equals("refused"));
        azure.put("github", VALID);
        assertGoodWorks();
    }

    @Test
    void aVaultThatHangsDisturbsNobodyElse() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://localhost:" + silent.getLocalPort();
            stage.add("bad", config("bad", url, key.pem()).build(), 0);
            stage.add("good", config("good", azure.url(), key.pem()).build(), 0);
            Running running = start();
            silent.accept();
            assertGoodWorks();
            assertThat(stage.state("bad")).isEqualTo("opening");
            long start = System.nanoTime();
            running.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            assertThat(stage.github.sessions()).isEmpty();
        }
    }

    @Test
    void aSecretThatIsMissingInOneVaultDisturbsNobodyElse() throws Exception {
        stage.add(
                "bad",
                config("bad", azure.url(), key.pem()).vaultLookupKey("other").build(),
                0);
        stage.add("good", config("good", azure.url(), key.pem()).build(), 0);
        start();
        assertGoodWorks();
        eventually(() -> stage.session("bad").path("message").asText().contains("secret other of"));
        azure.put("other", VALID);
        eventually(() -> stage.state("bad").equals("listening"));
    }

    /** Otherwise a tenant could read the vault of another one with the other one's identity. */
    @Test
    void theCertificateOfAnotherNamespaceIsRejectedWithoutASignIn() throws Exception {
        Path foreign = Files.move(key.pem(), certificates.resolve("team-b").resolve("client.pem"));
        ListenerConfigBuilder config = config("bad", azure.url(), foreign);
        stage.add("bad", config.build(), 0);
        start();
        eventually(() -> stage.state("bad").equals("misconfigured"));
        assertThat(stage.session("bad").path("message").asText())
                .contains("must be a file in " + certificates.resolve(Stage.SETS));
        assertThat(azure.signIns()).isZero();
    }

    @Test
    void aCertificateThatIsMountedLaterIsUsed() throws Exception {
        Path later = certificates.resolve(Stage.SETS).resolve("later.pem");
        stage.add("good", config("good", azure.url(), later).build(), 0);
        start();
        eventually(() -> stage.state("good").equals("misconfigured"));
        Files.move(key.pem(), later);
        assertGoodWorks();
    }

    @Test
    void withoutCertificatesNoVaultIsRead() throws Exception {
        stage.add("bad", config("bad", azure.url(), key.pem()).build(), 0);
        stage.start(0, "pod-a");
        eventually(() -> stage.state("bad").equals("misconfigured"));
        assertThat(stage.session("bad").path("message").asText())
                .isEqualTo("this shared listener has no certificates for vaults");
        assertThat(azure.signIns()).isZero();
    }

    @Test
    void manyScaleSetsOfOneVaultSignInOnce() throws Exception {
        Path certificate = key.pem();
        for (int i = 0; i < 20; i++) {
            String name = "set-" + i;
            stage.add(name, config(name, azure.url(), certificate).build(), 0);
        }
        start();
        eventually(() -> stage.github.sessions().size() == 20);
        assertThat(azure.reads()).isGreaterThanOrEqualTo(20);
        assertThat(azure.signIns()).isLessThan(10);
    }
}

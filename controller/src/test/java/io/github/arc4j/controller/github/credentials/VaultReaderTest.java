package io.github.arc4j.controller.github.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.kube.LiveObjects;
import io.github.arc4j.controller.sources.CredentialsNamespaces;
import io.github.arc4j.controller.sources.Sources;
import io.github.arc4j.runtime.FakeTime;
import io.github.arc4j.runtime.TestKube;
import io.github.arc4j.simulator.azure.ClientKey;
import io.github.arc4j.simulator.azure.KeyVaultSimulator;
import io.github.arc4j.vault.CertificateDirectory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultReaderTest {
    private final TestKube kube = new TestKube();
    private final Sources sources = new Sources(kube.api, source -> false, Clock.systemUTC());

    @AfterEach
    void stop() {
        sources.close();
        kube.close();
    }

    private VaultReader reader(String directory, VaultCertificates certificates, InstantSource clock) {
        LiveObjects live = new LiveObjects(kube.client, kube.api.json());
        return new VaultReader(
                new ProxyResolver(new SecretReader(live, sources, CredentialsNamespaces.OWN)),
                Map.of("AZURE_AUTHORITY_HOST", directory),
                certificates,
                clock);
    }

    @Test
    void theClientOfAnUnusedVaultIsClosed(@TempDir Path directory) throws Exception {
        ClientKey key = ClientKey.create(directory);
        Path certificate = key.pem();
        Path renewed = key.pem();
        FakeTime time = new FakeTime();
        try (KeyVaultSimulator azure = new KeyVaultSimulator(key.certificate());
                VaultReader vaults = reader(azure.url(), VaultCertificates.ANY, time)) {
            azure.put("github", "{\"github_token\":\"token\"}");
            for (int i = 0; i < 5; i++) {
                assertThat(vaults.read("ns", vault(azure, certificate), "github"))
                        .containsEntry("github_token", "token");
                time.pass(Duration.ofMinutes(30));
            }
            assertThat(vaults.size()).isEqualTo(1);

            for (int i = 0; i < 3; i++) {
                assertThat(vaults.read("ns", vault(azure, renewed), "github")).containsEntry("github_token", "token");
                time.pass(Duration.ofMinutes(30));
            }
            assertThat(vaults.size()).isEqualTo(1);
        }
    }

    @Test
    void editsOfAScaleSetDoNotPileUpClients(@TempDir Path directory) throws Exception {
        ClientKey key = ClientKey.create(directory);
        FakeTime time = new FakeTime();
        try (KeyVaultSimulator azure = new KeyVaultSimulator(key.certificate());
                VaultReader vaults = reader(azure.url(), VaultCertificates.ANY, time)) {
            azure.put("github", "{\"github_token\":\"token\"}");
            Path certificate = key.pem();
            for (int i = 0; i < 60; i++) {
                Path other = Path.of(
                        certificate.getParent() + "/.".repeat(i),
                        certificate.getFileName().toString());
                assertThat(vaults.read("ns", vault(azure, other), "github")).containsEntry("github_token", "token");
                time.pass(Duration.ofSeconds(1));
            }
            assertThat(vaults.size()).isEqualTo(50);
        }
    }

    /** Each occupies a connection and the memory of a response, for minutes if the vault's owner likes. */
    @Test
    void aNamespaceReadsFewVaultsAtATime(@TempDir Path directory) throws Exception {
        ClientKey key = ClientKey.create(directory);
        List<Thread> readers = new ArrayList<>();
        Queue<Boolean> waiting = new ConcurrentLinkedQueue<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                KeyVaultSimulator azure = new KeyVaultSimulator(key.certificate());
                VaultReader vaults = reader(
                        "https://localhost:" + silent.getLocalPort(), VaultCertificates.ANY, Clock.systemUTC())) {
            VaultConfig vault = vault(azure, key.pem());
            for (int i = 0; i < VaultReader.MAX_READS_OF_NAMESPACE + 5; i++) {
                readers.add(Thread.startVirtualThread(() -> {
                    try {
                        vaults.read("ns", vault, "github");
                    } catch (GitHubAccessException e) {
                        waiting.add(e.isWaiting());
                    }
                }));
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(waiting).containsExactly(true, true, true, true, true));
            readers.forEach(Thread::interrupt);
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    /** Reading the device would never end, and the other file belongs to another tenant. */
    @Test
    void filesOutsideTheNamespacesDirectoryAreNotRead(@TempDir Path directory) throws Exception {
        Path others = Files.createDirectory(directory.resolve("team-b"));
        ClientKey key = ClientKey.create(others);
        Path own = Files.createDirectory(directory.resolve("team-a")).resolve("client.pem");
        Files.copy(key.pem(), own);
        try (KeyVaultSimulator azure = new KeyVaultSimulator(key.certificate());
                VaultReader vaults = reader(
                        azure.url(),
                        new VaultCertificates(Optional.of(new CertificateDirectory(directory))),
                        Clock.systemUTC())) {
            azure.put("github", "{\"github_token\":\"token\"}");
            for (Path path : List.of(Path.of("/dev/zero"), key.pem())) {
                assertThatThrownBy(() -> vaults.read("team-a", vault(azure, path), "github"))
                        .isInstanceOf(GitHubAccessException.class)
                        .hasMessageContaining("certificatePath must name a file in " + directory + "/team-a");
            }
            assertThat(vaults.size()).isZero();
            assertThat(vaults.read("team-a", vault(azure, own), "github")).containsEntry("github_token", "token");
        }
    }

    private static VaultConfig vault(KeyVaultSimulator azure, Path certificate) {
        return new VaultConfig(
                "azure_key_vault",
                new AzureKeyVaultConfig(
                        azure.url(), KeyVaultSimulator.TENANT, KeyVaultSimulator.CLIENT, certificate.toString()),
                null);
    }
}

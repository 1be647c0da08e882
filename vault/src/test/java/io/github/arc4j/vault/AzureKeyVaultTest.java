package io.github.arc4j.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.github.arc4j.actions.ProxySettings;
import io.github.arc4j.simulator.azure.ClientKey;
import io.github.arc4j.simulator.azure.KeyVaultSimulator;
import io.github.arc4j.simulator.network.Relay;
import io.github.arc4j.vault.VaultException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureKeyVaultTest {
    private static final String SECRET = "{\"github_token\":\"hush-hush\",\"github_app_installation_id\":7,\"x\":null}";

    @TempDir
    static Path directory;

    private static ClientKey key;
    private KeyVaultSimulator azure;

    @BeforeAll
    static void createKey() throws Exception {
        key = ClientKey.create(directory);
    }

    @BeforeEach
    void start() throws Exception {
        azure = new KeyVaultSimulator(key.certificate());
        azure.put("github", SECRET);
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    private AzureKeyVault vault(Path certificate) throws IOException {
        return vault(certificate, KeyVaultSimulator.CLIENT, ProxySettings.NONE);
    }

    private AzureKeyVault vault(Path certificate, String client, ProxySettings proxy) throws IOException {
        return new AzureKeyVault(
                AzureKeyVaultSettings.of(KeyVaultSimulator.TENANT, client, azure.url(), certificate.toString(), proxy),
                Map.of("AZURE_AUTHORITY_HOST", azure.url() + "/"),
                Duration.ofMillis(5),
                Clock.systemUTC());
    }

    @Test
    void readsASecretWithACertificateInAnyForm() throws Exception {
        for (Path certificate : List.of(key.pem(), key.pemOfPkcs1(), key.pkcs12())) {
            try (AzureKeyVault vault = vault(certificate)) {
                assertThat(vault.read("github"))
                        .containsExactlyInAnyOrderEntriesOf(
                                Map.of("github_token", "hush-hush", "github_app_installation_id", "7"));
            }
        }
    }

    /** The vault could keep virtual threads busy, and so all others of the process waiting. */
    @Test
    void platformThreadsReadResponses() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            vault.read("github");
            assertThat(Thread.getAllStackTraces().keySet())
                    .as("without virtual threads")
                    .anyMatch(thread -> thread.getName().equals("actions-client"));
        }
    }

    @Test
    void aTokenServesSeveralReadsAndASecretIsReadEachTime() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            vault.read("github");
            azure.put("github", "{\"github_token\":\"rotated\"}");
            assertThat(vault.read("github")).containsEntry("github_token", "rotated");
            assertThat(azure.signIns()).isEqualTo(1);
        }
    }

    @Test
    void aRevokedTokenIsReplaced() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            vault.read("github");
            azure.revokeTokens();
            assertThat(vault.read("github")).containsKey("github_token");
            assertThat(azure.signIns()).isEqualTo(2);
        }
    }

    @Test
    void whatMayHealIsTriedFiveTimes() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            azure.failWith(500, 429, 503, 504);
            assertThat(vault.read("github")).containsKey("github_token");
            assertThat(azure.reads()).isEqualTo(5);
            azure.failWith(500, 500, 500, 500, 500);
            assertFailure(() -> vault.read("github"), Reason.UNAVAILABLE, "responded with 500");
        }
    }

    /** Whoever creates a scale set chooses the vault, which could otherwise exhaust the controller's memory. */
    @Test
    void aResponseWithoutEndIsRejected() throws Exception {
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endless.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[1 << 16]);
            }
        });
        endless.start();
        AzureKeyVaultSettings settings = AzureKeyVaultSettings.of(
                KeyVaultSimulator.TENANT,
                KeyVaultSimulator.CLIENT,
                "http://127.0.0.1:" + endless.getAddress().getPort(),
                key.pem().toString(),
                ProxySettings.NONE);
        try (AzureKeyVault vault = new AzureKeyVault(settings, Map.of(), Duration.ofMillis(5), Clock.systemUTC())) {
            assertFailure(() -> vault.read("github"), Reason.UNAVAILABLE, "failed: ");
        } finally {
            endless.stop(0);
        }
    }

    @Test
    void aLongResponseIsRejected() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            azure.put("github", SECRET + " ".repeat(60_000));
            assertThat(vault.read("github")).containsKey("github_token");
            azure.put("github", SECRET + " ".repeat(70_000));
            assertFailure(() -> vault.read("github"), Reason.UNAVAILABLE, "failed: body of more than 65536 bytes");
        }
    }

    @Test
    void aRejectionIsNotRetriedAndSaysWhatToDo() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            azure.failWith(403);
            assertFailure(() -> vault.read("github"), Reason.ACCESS_DENIED, "permission to get secrets");
            assertThat(azure.reads()).isEqualTo(1);
            assertFailure(() -> vault.read("other"), Reason.SECRET_MISSING, "secret other of http://localhost");
        }
    }

    @Test
    void aCertificateThatTheDirectoryDoesNotKnowIsNamed() throws Exception {
        try (AzureKeyVault vault = vault(ClientKey.create(directory).pem())) {
            assertFailure(() -> vault.read("github"), Reason.SIGN_IN_REFUSED, "AADSTS700027");
        }
        try (AzureKeyVault vault = vault(key.pem(), "somebody", ProxySettings.NONE)) {
            assertFailure(() -> vault.read("github"), Reason.SIGN_IN_REFUSED, "AADSTS700016");
        }
    }

    @Test
    void noTokenGoesToAServiceThatAsksForOneOfAnother() throws Exception {
        azure.demandTokensFor("https://management.azure.com");
        try (AzureKeyVault vault = vault(key.pem())) {
            assertFailure(() -> vault.read("github"), Reason.INVALID_CONFIGURATION, "not an Azure Key Vault");
            assertThat(azure.signIns()).isEqualTo(0);
        }
    }

    @Test
    void aValueThatIsNotAJsonObjectIsRejectedWithoutQuotingIt() throws Exception {
        azure.put("github", "hush-hush-token");
        try (AzureKeyVault vault = vault(key.pem())) {
            assertFailure(() -> vault.read("github"), Reason.INVALID_SECRET, "JSON object");
        }
    }

    @Test
    void aRenewedCertificateIsUsedForTheNextToken() throws Exception {
        Path file = key.pem();
        ClientKey renewed = ClientKey.create(directory);
        try (KeyVaultSimulator later = new KeyVaultSimulator(renewed.certificate());
                AzureKeyVault vault = new AzureKeyVault(
                        AzureKeyVaultSettings.of(
                                KeyVaultSimulator.TENANT,
                                KeyVaultSimulator.CLIENT,
                                later.url(),
                                file.toString(),
                                ProxySettings.NONE),
                        Map.of("AZURE_AUTHORITY_HOST", later.url()))) {
            later.put("github", SECRET);
            assertFailure(() -> vault.read("github"), Reason.SIGN_IN_REFUSED, "AADSTS700027");
            Files.copy(renewed.pem(), file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(vault.read("github")).containsKey("github_token");
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws Exception {
        azure.close();
        try (AzureKeyVault vault = vault(key.pem())) {
            assertFailure(() -> vault.read("github"), Reason.UNAVAILABLE, "check the network");
        }
    }

    @Test
    void aProxyThatRefusesIsUnavailable() throws Exception {
        try (Relay proxy = Relay.proxy(1, "user:secret");
                AzureKeyVault vault = new AzureKeyVault(
                        AzureKeyVaultSettings.of(
                                KeyVaultSimulator.TENANT,
                                KeyVaultSimulator.CLIENT,
                                "https://v.vault.azure.net",
                                key.pem().toString(),
                                ProxySettings.of(null, "http://user:hush@127.0.0.1:" + proxy.port(), null)),
                        Map.of(),
                        Duration.ofMillis(5),
                        Clock.systemUTC())) {
            assertFailure(
                    () -> vault.read("github"),
                    Reason.UNAVAILABLE,
                    "the proxy responded with 407 Proxy Authentication Required; check its credentials, and start Java with "
                            + "-Djdk.http.auth.tunneling.disabledSchemes=");
            assertThat(proxy.denied()).hasSize(5).containsOnly("v.vault.azure.net:443");
        }
    }

    @Test
    void aFileWithoutACertificateIsRejectedWithoutQuotingIt() throws Exception {
        Path file = Files.writeString(directory.resolve("wrong.pem"), "-----BEGIN PRIVATE KEY-----\nhush-hush\n");
        try (AzureKeyVault vault = vault(file)) {
            assertFailure(() -> vault.read("github"), Reason.INVALID_CONFIGURATION, "wrong.pem holds no certificate");
        }
        try (AzureKeyVault vault = vault(ClientKey.create(directory, "EC").pem())) {
            assertFailure(() -> vault.read("github"), Reason.INVALID_CONFIGURATION, "RSA key");
        }
    }

    @Test
    void invalidNamesAreRejected() throws Exception {
        try (AzureKeyVault vault = vault(key.pem())) {
            assertFailure(() -> vault.read("../keys/x"), Reason.INVALID_CONFIGURATION, "letters, digits and dashes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', c, https://v.vault.azure.net, /dev/null, tenant_id is not set",
        "t, '', https://v.vault.azure.net, /dev/null, client_id is not set",
        "t, c, 'https:// no', /dev/null, failed to parse url",
        "t, c, '', /dev/null, failed to parse url",
        "t, c, http://v.vault.azure.net, /dev/null, must begin with https://",
        "t, c, https://v.vault.azure.net, '', cert path must be provided",
        "t, c, https://v.vault.azure.net, /no/such/file, 'cert path \"/no/such/file\" does not exist'",
    })
    void wrongSettingsAreRejected(String tenant, String client, String url, String path, String message) {
        assertFailure(
                () -> AzureKeyVaultSettings.of(tenant, client, url, path, ProxySettings.NONE),
                Reason.INVALID_CONFIGURATION,
                message);
    }

    @Test
    void settingsThatAreTooLongAreRejected() {
        String tooLong = "x".repeat(1025);
        assertFailure(
                () -> AzureKeyVaultSettings.of("t", tooLong, "https://v.azure.net", "/dev/null", ProxySettings.NONE),
                Reason.INVALID_CONFIGURATION,
                "client_id has more than 1024 characters");
        assertFailure(
                () -> AzureKeyVaultSettings.of("t", "c", "https://" + tooLong, "/dev/null", ProxySettings.NONE),
                Reason.INVALID_CONFIGURATION,
                "url has more than 1024 characters");
    }

    @Test
    void aProxyOverTlsIsRejected() throws Exception {
        Path certificate = key.pem();
        ProxySettings proxy = ProxySettings.of(null, "https://proxy:3128", null);
        assertFailure(
                () -> vault(certificate, KeyVaultSimulator.CLIENT, proxy), Reason.INVALID_CONFIGURATION, "over TLS");
    }

    private static void assertFailure(ThrowingCallable call, Reason reason, String message) {
        VaultException failure = catchThrowableOfType(VaultException.class, call);
        assertThat(failure).hasMessageContaining(message).hasMessageNotContaining("hush");
        assertThat(failure.reason()).isEqualTo(reason);
    }

    /** It must not be read to its end, which never comes. */
    @Test
    void aFileThatIsTooLongForACertificateIsRejectedAndADeviceToo() throws Exception {
        Path tooLong = directory.resolve("long.pem");
        Files.writeString(tooLong, "#".repeat(64 * 1024) + "\n" + Files.readString(key.pem()));
        try (AzureKeyVault vault = vault(tooLong)) {
            assertFailure(() -> vault.read("github"), Reason.INVALID_CONFIGURATION, "long.pem holds no certificate");
        }
        assertFailure(() -> vault(Path.of("/dev/zero")), Reason.INVALID_CONFIGURATION, "is not a file");
    }

    @Test
    void aCertificateThatWasReplacedByADeviceIsNotRead() throws Exception {
        Path certificate = directory.resolve("replaced.pem");
        Files.copy(key.pem(), certificate);
        try (AzureKeyVault vault = vault(certificate)) {
            Files.delete(certificate);
            Files.createSymbolicLink(certificate, Path.of("/dev/zero"));
            assertFailure(() -> vault.read("github"), Reason.INVALID_CONFIGURATION, "holds no certificate");
        }
    }
}

package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfig.AzureKeyVault;
import io.github.arc4j.simulator.azure.ClientKey;
import io.github.arc4j.simulator.azure.KeyVaultSimulator;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerCredentialsTest {
    @TempDir
    Path directory;

    @Test
    void areInTheConfiguration() throws Exception {
        assertThat(ListenerCredentials.read(
                        ListenerConfig.builder()
                                .credentials(AppConfig.ofToken("t"))
                                .build(),
                        Map.of()))
                .isEqualTo(new PersonalAccessToken("t"));
        assertThat(ListenerCredentials.read(
                        ListenerConfig.builder()
                                .credentials(new AppConfig("id", 7, "key", ""))
                                .build(),
                        Map.of()))
                .isEqualTo(new GitHubApp("id", 7, "key"));
    }

    @Test
    void areReadFromTheVaultEachTime() throws Exception {
        ClientKey key = ClientKey.create(directory);
        try (KeyVaultSimulator azure = new KeyVaultSimulator(key.certificate())) {
            ListenerConfig config = vault(azure.url(), key.pem());
            Map<String, String> environment = Map.of("AZURE_AUTHORITY_HOST", azure.url());
            azure.put("github", "{\"github_token\":\"first\"}");
            assertThat(ListenerCredentials.read(config, environment)).isEqualTo(new PersonalAccessToken("first"));
            azure.put(
                    "github",
                    "{\"github_app_id\":\"id\",\"github_app_installation_id\":7,\"github_app_private_key\":\"key\"}");
            assertThat(ListenerCredentials.read(config, environment)).isEqualTo(new GitHubApp("id", 7, "key"));
            azure.put("github", "{}");
            assertThatIOException()
                    .isThrownBy(() -> ListenerCredentials.read(config, environment))
                    .withMessageContaining("secret github of the vault: no credentials provided");
        }
    }

    /** The vault may be unavailable when the listener starts. */
    @Test
    void areCheckedWithoutAskingTheVault() throws Exception {
        ClientKey key = ClientKey.create(directory);
        ListenerCredentials.check(vault("http://localhost:1", key.pem()), Map.of());
        assertThatIOException()
                .isThrownBy(() -> ListenerCredentials.check(vault("http://localhost:1", Path.of("/none")), Map.of()))
                .withMessageContaining("cert path \"/none\" does not exist");
        assertThatIOException()
                .isThrownBy(
                        () -> ListenerCredentials.check(ListenerConfig.builder().build(), Map.of()))
                .withMessage("missing app config");
    }

    private static ListenerConfig vault(String url, Path certificate) {
        return ListenerConfig.builder()
                .vaultType(ListenerConfig.AZURE_KEY_VAULT)
                .vaultLookupKey("github")
                .azureKeyVault(new AzureKeyVault(
                        KeyVaultSimulator.TENANT, KeyVaultSimulator.CLIENT, url, certificate.toString(), null))
                .build();
    }
}

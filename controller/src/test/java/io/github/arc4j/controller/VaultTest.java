package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AzureKeyVaultConfig;
import io.github.arc4j.api.v1alpha1.ProxyConfig;
import io.github.arc4j.api.v1alpha1.ProxyServerConfig;
import io.github.arc4j.api.v1alpha1.VaultConfig;
import io.github.arc4j.controller.options.ReconcilerSettings;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import io.github.arc4j.simulator.azure.ClientKey;
import io.github.arc4j.simulator.azure.KeyVaultSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials in an Azure Key Vault. */
class VaultTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    /** Created once, because that takes longer than most tests. */
    private static ClientKey key;

    private KeyVaultSimulator azure;
    private Path certificate;
    private ControllerFixture fixture;

    @BeforeAll
    static void createKey() throws Exception {
        key = ClientKey.create(directory);
    }

    @BeforeEach
    void start() throws Exception {
        azure = new KeyVaultSimulator(key.certificate());
        certificate = key.pem();
        fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> ReconcilerSettingsBuilder.builder(settings)
                        .environment(new ReconcilerSettings.Environment(Map.of("AZURE_AUTHORITY_HOST", azure.url())))
                        .build());
        fixture.client
                .secrets()
                .inNamespace(ControllerFixture.NAMESPACE)
                .withName(ControllerFixture.CREDENTIALS)
                .delete();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        azure.close();
    }

    private void createScaleSet(String type, @Nullable ProxyConfig proxy) {
        fixture.createScaleSet(
                "set",
                spec -> spec.vaultConfig(new VaultConfig(
                        type,
                        new AzureKeyVaultConfig(
                                azure.url(),
                                KeyVaultSimulator.TENANT,
                                KeyVaultSimulator.CLIENT,
                                certificate.toString()),
                        proxy)));
    }

    @Test
    void credentialsComeFromTheVaultAndTheListenerGetsItsAddress() {
        azure.put(ControllerFixture.CREDENTIALS, "{\"github_token\":\"sim-pat\"}");
        createScaleSet("azure_key_vault", null);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.github.scaleSets()).hasSize(1);
            JsonNode config = config();
            assertThat(config.path("vault_type").asText()).isEqualTo("azure_key_vault");
            assertThat(config.path("vault_lookup_key").asText()).isEqualTo(ControllerFixture.CREDENTIALS);
            assertThat(config.at("/azure_key_vault/url").asText()).isEqualTo(azure.url());
            assertThat(config.at("/azure_key_vault/certificate_path").asText()).isEqualTo(certificate.toString());
            assertThat(config.at("/azure_key_vault").has("proxy")).isFalse();
            assertThat(config.has("github_token")).isFalse();
        });
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.github.runners()).hasSize(1));
    }

    /** The proxy is not asked, since loopback addresses never are. */
    @Test
    void theListenerGetsTheVaultsProxyWithItsCredentials() {
        azure.put(ControllerFixture.CREDENTIALS, "{\"github_token\":\"sim-pat\"}");
        fixture.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("proxy")
                        .withNamespace(ControllerFixture.NAMESPACE)
                        .endMetadata()
                        .withStringData(Map.of("username", "u", "password", "p"))
                        .build())
                .create();
        createScaleSet(
                "azure_key_vault",
                new ProxyConfig(null, new ProxyServerConfig("http://proxy:3128", "proxy"), List.of("x.org")));
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(config().at("/azure_key_vault/proxy").toString())
                                .isEqualTo("{\"HTTPProxy\":\"\",\"HTTPSProxy\":\"http://u:p@proxy:3128\","
                                        + "\"NoProxy\":\"x.org\",\"CGI\":false}"));
    }

    @Test
    void aMissingVaultSecretIsReportedUntilItExists() {
        createScaleSet("azure_key_vault", null);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(reasons()).contains("VaultSecretMissing"));
        azure.put(ControllerFixture.CREDENTIALS, "{\"github_token\":\"sim-pat\"}");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.github.scaleSets()).hasSize(1));
    }

    @Test
    void anUnknownKindOfVaultIsReported() {
        createScaleSet("a_safe", null);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(reasons()).contains("VaultInvalid");
            assertThat(conditions())
                    .extracting(Condition::getMessage)
                    .anySatisfy(message ->
                            assertThat(message).contains("unknown vault type \"a_safe\"; use azure_key_vault"));
        });
    }

    /** As with the resolver of secrets. */
    @Test
    void anEmptyTypeMeansNoVault() {
        fixture.client.resource(ControllerFixture.credentials("sim-pat")).create();
        createScaleSet("", null);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(config().path("github_token").asText()).isEqualTo("sim-pat"));
    }

    private List<Condition> conditions() {
        AutoscalingRunnerSet set = fixture.scaleSet("set");
        return set.getStatus() == null || set.getStatus().conditions() == null
                ? List.of()
                : set.getStatus().conditions();
    }

    private List<String> reasons() {
        return conditions().stream().map(Condition::getReason).toList();
    }

    private JsonNode config() throws IOException {
        assertThat(fixture.listeners()).hasSize(1);
        Secret secret = fixture.client
                .secrets()
                .inNamespace(CONTROLLER_NAMESPACE)
                .withName(ScaleSetNames.listenerConfigSecret(
                        fixture.listeners().getFirst().getMetadata().getName()))
                .get();
        assertThat(secret).isNotNull();
        return new ObjectMapper()
                .readTree(Base64.getDecoder().decode(secret.getData().get("config.json")));
    }
}

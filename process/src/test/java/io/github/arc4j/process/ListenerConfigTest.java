package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfig.AzureKeyVault;
import io.github.arc4j.process.ListenerConfig.Histogram;
import io.github.arc4j.process.ListenerConfig.Metrics;
import io.github.arc4j.process.ListenerConfig.Proxy;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerConfigTest {
    private static ListenerConfigBuilder valid() {
        return ListenerConfig.builder()
                .configureUrl("https://github.com/org/repo")
                .credentials(AppConfig.ofToken("tok"))
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("ers")
                .runnerScaleSetId(7)
                .runnerScaleSetName("arc")
                .minRunners(1)
                .maxRunners(5);
    }

    private static String json(ListenerConfig config) {
        return new String(config.toJson(), StandardCharsets.UTF_8);
    }

    private static ListenerConfig read(String json) throws IOException {
        return ListenerConfig.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isWrittenAsGoWritesIt() {
        ListenerConfig config = valid().serverRootCa("a<b>&c\nd\u0001\u2028é")
                .metricsAddr(":8080")
                .metricsEndpoint("/metrics")
                .logLevel(LogLevel.INFO.toString())
                .logFormat(LogFormat.JSON.toString())
                .build();
        assertThat(json(config))
                .isEqualTo("{\"configure_url\":\"https://github.com/org/repo\",\"vault_type\":\"\","
                        + "\"vault_lookup_key\":\"\",\"github_app_id\":\"\",\"github_app_installation_id\":0,"
                        + "\"github_app_private_key\":\"\",\"github_token\":\"tok\","
                        + "\"ephemeral_runner_set_namespace\":\"ns\",\"ephemeral_runner_set_name\":\"ers\","
                        + "\"max_runners\":5,\"min_runners\":1,\"runner_scale_set_id\":7,"
                        + "\"runner_scale_set_name\":\"arc\","
                        + "\"server_root_ca\":\"a\\u003cb\\u003e\\u0026c\\nd\\u0001\\u2028é\","
                        + "\"log_level\":\"info\",\"log_format\":\"json\",\"metrics_addr\":\":8080\","
                        + "\"metrics_endpoint\":\"/metrics\",\"metrics\":null}\n");
    }

    /** At each position, removes a character, replaces it, or truncates the text. */
    @Test
    void aMutatedConfigIsReadOrRefused() {
        String json = json(valid().metricsAddr(":8080")
                .metricsEndpoint("/metrics")
                .metrics(new Metrics(
                        Map.of("a", List.of("x")),
                        Map.of("b", List.of()),
                        Map.of("c", new Histogram(List.of("x"), List.of(0.5, 1.0)))))
                .build());
        for (int i = 0; i < json.length(); i++) {
            String before = json.substring(0, i);
            String behind = json.substring(i + 1);
            assertIsReadOrRefused(before);
            assertIsReadOrRefused(before + behind);
            for (char other : "\"{}[]:,-0e\\".toCharArray()) {
                assertIsReadOrRefused(before + other + behind);
            }
        }
    }

    private static void assertIsReadOrRefused(String json) {
        try {
            read(json).validate();
        } catch (IOException | IllegalArgumentException e) {
            assertThat(e.getMessage()).as(json).isNotBlank();
        }
    }

    @Test
    void aVaultTakesThePlaceOfCredentials() throws IOException {
        ListenerConfig config = ListenerConfig.builder()
                .configureUrl("https://github.com/org")
                .vaultType(ListenerConfig.AZURE_KEY_VAULT)
                .vaultLookupKey("key")
                .azureKeyVault(new AzureKeyVault("t", "c", "https://v", "/cert", new Proxy("h", "hs", "n", false)))
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("ers")
                .runnerScaleSetId(7)
                .runnerScaleSetName("arc")
                .build();
        config.validate();
        assertThat(json(config))
                .contains("\"azure_key_vault\":{\"tenant_id\":\"t\",\"client_id\":\"c\",\"url\":\"https://v\","
                        + "\"certificate_path\":\"/cert\",\"proxy\":{\"HTTPProxy\":\"h\",\"HTTPSProxy\":\"hs\","
                        + "\"NoProxy\":\"n\",\"CGI\":false}},\"ephemeral_runner_set_namespace\"")
                .doesNotContain("github_");
        assertThat(read(json(config))).isEqualTo(config);
    }

    @Test
    void metricsAreSortedAndEmptyKindsLeftOut() throws IOException {
        ListenerConfig config = valid().metrics(new Metrics(
                        Map.of("b", List.of("x", "y"), "a", List.of()),
                        Map.of(),
                        Map.of("h", new Histogram(List.of("x"), List.of(0.01, 1.0, 2.5)))))
                .build();
        assertThat(json(config))
                .endsWith("\"metrics\":{\"counters\":{\"a\":{\"labels\":[]},\"b\":{\"labels\":[\"x\",\"y\"]}},"
                        + "\"histograms\":{\"h\":{\"labels\":[\"x\"],\"buckets\":[0.01,1,2.5]}}}}\n");
        assertThat(read(json(config))).isEqualTo(config);
    }

    @Test
    void absentKeysAreEmptyAndUnknownOnesIgnored() throws IOException {
        assertThat(read("{\"future\":{\"x\":1}}")).isEqualTo(read("{}"));
        ListenerConfig empty = read("{}");
        assertThat(empty.credentials()).isNull();
        assertThat(empty.metrics()).isNull();
        assertThat(empty.maxRunners()).isZero();
        assertThat(empty.logLevel()).isEmpty();
    }

    @Test
    void theAppIdMayBeANumberOrAClientId() throws IOException {
        assertThat(read("{\"github_app_id\":12}").credentials()).isEqualTo(new AppConfig("12", 0, "", ""));
        assertThat(read("{\"github_app_id\":\"Iv1\"}").credentials()).isEqualTo(new AppConfig("Iv1", 0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{\"configure_url\":1}",
                "{\"max_runners\":2147483648}",
                "{\"min_runners\":\"1\"}",
                "{\"metrics\":[]}",
                "{\"github_token\":\"secret\"",
            })
    void brokenTextIsRefusedWithoutQuotingIt(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("failed to decode config: ")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void credentialsStayOutOfToString() {
        ListenerConfig config = valid().credentials(new AppConfig("id", 1, "-----KEY", "token-value"))
                .build();
        assertThat(config.toString()).doesNotContain("KEY").doesNotContain("token-value");
    }

    private static void assertInvalid(ListenerConfigBuilder config, String message) {
        assertThatThrownBy(() -> config.build().validate())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void validationNamesTheFirstFailure() {
        assertThatCode(() -> valid().build().validate()).doesNotThrowAnyException();
        assertInvalid(ListenerConfig.builder(), "GitHubConfigUrl is not provided");
        assertInvalid(
                valid().ephemeralRunnerSetNamespace("").ephemeralRunnerSetName("ers"),
                "EphemeralRunnerSetNamespace \"\" or EphemeralRunnerSetName \"ers\" is missing");
        assertInvalid(valid().runnerScaleSetId(0).runnerScaleSetName("arc"), "RunnerScaleSetId \"0\" is missing");
        assertInvalid(valid().minRunners(6).maxRunners(5), "MinRunners \"6\" cannot be greater than MaxRunners \"5\"");
        assertInvalid(
                valid().vaultType("hashi").vaultLookupKey("k").azureKeyVault(null),
                "VaultType validation failed: unknown vault type: \"hashi\"");
        assertInvalid(
                valid().vaultType(ListenerConfig.AZURE_KEY_VAULT)
                        .vaultLookupKey("")
                        .azureKeyVault(null),
                "VaultLookupKey is required when VaultType is set to \"azure_key_vault\"");
    }

    @Test
    void credentialsMustBeOfOneKindAndComplete() {
        String none = "AppConfig validation failed: no credentials provided: either a PAT or GitHub App credentials"
                + " should be provided";
        assertInvalid(valid().credentials(null), "AppConfig validation failed: missing app config");
        assertInvalid(valid().credentials(AppConfig.ofToken("")), none);
        assertInvalid(valid().credentials(new AppConfig("id", 0, "key", "")), none);
        assertInvalid(
                valid().credentials(new AppConfig("id", 1, "key", "tok")),
                "AppConfig validation failed: both PAT and GitHub App credentials provided. should only provide one");
        assertThatCode(() -> valid().credentials(new AppConfig("id", 0, "key", "tok"))
                        .build()
                        .validate())
                .doesNotThrowAnyException();
    }

    @Test
    void aLookupKeyWithoutVaultTypeDoesNotExcuseMissingCredentials() {
        assertInvalid(
                valid().credentials(null).vaultType("").vaultLookupKey("key").azureKeyVault(null),
                "AppConfig validation failed: missing app config");
    }
}

package io.github.arc4j.listener;

import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.process.ListenerConfigBuilder;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.network.ServerIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as the kubelet sees it, between HTTPS servers with their own certificates. */
class ListenerMainTest {
    @TempDir
    private Path directory = Path.of("");

    private Process start(Map<String, String> environment) throws IOException {
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ListenerMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile());
        process.environment()
                .keySet()
                .removeIf(key -> key.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        process.environment().putAll(environment);
        return process.start();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    private static int status(HttpClient client, int port, String path) {
        try {
            return get(client, port, path).statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    private static HttpResponse<String> get(HttpClient client, int port, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void listensUntilSigtermAndLeavesNoSession() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        int metricsPort = FreePorts.choose();
        int healthPort = FreePorts.choose();
        try (GitHubSimulator github = GitHubSimulator.start(
                        SimulatorOptions.builder().tls(identity.tls()).build());
                FakeApiServer kube = new FakeApiServer(identity.tls());
                HttpClient http = HttpClient.newHttpClient()) {
            Process process = start(environment(github, kube, identity, metricsPort, healthPort));
            try {
                eventually(Duration.ofSeconds(20), () -> status(http, healthPort, "/readyz") == 200);
                assertThat(status(http, healthPort, "/healthz")).isEqualTo(200);
                assertThat(status(http, metricsPort, "/readyz")).isEqualTo(200);
                github.queueJob(JobRequest.of("arc"));
                eventually(() -> kube.requests().stream().anyMatch(patch -> patch.endsWith("\"replicas\":1}}")));
                assertThat(kube.headers("Authorization")).containsOnly("Bearer service-account-token");
                assertThat(get(http, metricsPort, "/listener-metrics").body()).contains("gha_assigned_jobs{");

                assertEndsImmediately(process);
                assertThat(github.sessions()).isEmpty();
                assertThat(github.violations()).isEmpty();
                assertThat(output()).contains("\"msg\":\"Listener stopped\"").doesNotContain("sim-pat");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** The environment and the files of a pod. */
    private Map<String, String> environment(
            GitHubSimulator github, FakeApiServer kube, ServerIdentity identity, int metricsPort, int healthPort)
            throws Exception {
        Path configFile = directory.resolve("config.json");
        Files.write(
                configFile,
                ListenerConfig.builder()
                        .configureUrl(github.configUrl("acme/app"))
                        .credentials(AppConfig.ofToken("sim-pat"))
                        .ephemeralRunnerSetNamespace("ns")
                        .ephemeralRunnerSetName("ers")
                        .runnerScaleSetId(createScaleSet(github, identity))
                        .runnerScaleSetName("arc")
                        .serverRootCa(identity.certificate())
                        .logLevel(LogLevel.DEBUG.toString())
                        .logFormat(LogFormat.JSON.toString())
                        .metricsAddr("127.0.0.1:" + metricsPort)
                        .metricsEndpoint("/listener-metrics")
                        .build()
                        .toJson());
        Files.writeString(directory.resolve("ca.crt"), identity.certificate());
        Files.writeString(directory.resolve("token"), "service-account-token\n");
        return Map.of(
                "LISTENER_CONFIG_PATH",
                configFile.toString(),
                "LISTENER_HEALTH_ADDR",
                "127.0.0.1:" + healthPort,
                "HOSTNAME",
                "listener-pod",
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(kube.uri().getPort()),
                "KUBERNETES_SERVICE_ACCOUNT_DIR",
                directory.toString());
    }

    private static void assertEndsImmediately(Process process) throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void sigtermEndsItAlsoWhileGitHubAndTheApiServerHang() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        int healthPort = FreePorts.choose();
        try (GitHubSimulator github = GitHubSimulator.start(
                        SimulatorOptions.builder().tls(identity.tls()).build());
                FakeApiServer kube = new FakeApiServer(identity.tls());
                HttpClient http = HttpClient.newHttpClient()) {
            Process process = start(environment(github, kube, identity, FreePorts.choose(), healthPort));
            try {
                eventually(Duration.ofSeconds(20), () -> status(http, healthPort, "/readyz") == 200);
                Duration longer = Duration.ofMinutes(1);
                github.faults().add(Fault.on("DELETE", ".*").hanging(longer));
                kube.hang();
                github.queueJob(JobRequest.of("arc"));
                eventually(kube::isHanging);
                assertEndsImmediately(process);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static int createScaleSet(GitHubSimulator github, ServerIdentity identity) throws InterruptedException {
        ConfigUrl url = ConfigUrl.parse(github.configUrl("acme/app"));
        try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken("sim-pat"))
                .trust(identity.certificate())
                .build()) {
            return client.createScaleSet(RunnerScaleSet.builder()
                            .name("arc")
                            .runnerGroupId(1)
                            .build())
                    .id();
        }
    }

    private void assertFails(Map<String, String> environment, String message) throws Exception {
        Process process = start(environment);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output()).contains(message).hasLineCount(1);
    }

    @Test
    void whatNoRetryCanHealEndsTheProcessWithOneLine() throws Exception {
        assertFails(Map.of(), "Error: LISTENER_CONFIG_PATH environment variable is not set");
        Path file = directory.resolve("config.json");
        Map<String, String> environment = Map.of("LISTENER_CONFIG_PATH", file.toString());
        assertFails(environment, "Failed to read config: no file " + file);
        Files.writeString(file, "{");
        assertFails(environment, "Failed to read config: failed to decode config: ");
        Files.writeString(file, "{}");
        assertFails(environment, "failed to validate configuration: GitHubConfigUrl is not provided");
        ListenerConfigBuilder config = ListenerConfig.builder()
                .configureUrl("https://github.com/acme/app")
                .ephemeralRunnerSetNamespace("ns")
                .ephemeralRunnerSetName("ers")
                .runnerScaleSetId(7)
                .runnerScaleSetName("arc");
        Files.write(
                file,
                config.vaultType(ListenerConfig.AZURE_KEY_VAULT)
                        .vaultLookupKey("key")
                        .azureKeyVault(null)
                        .build()
                        .toJson());
        assertFails(
                environment,
                "Failed to read config: failed to create Azure Key Vault client: azure_key_vault is missing");
        Files.write(
                file,
                config.vaultType("")
                        .vaultLookupKey("")
                        .azureKeyVault(null)
                        .credentials(AppConfig.ofToken("t"))
                        .build()
                        .toJson());
        assertFails(environment, "Application returned an error: not in a cluster: KUBERNETES_SERVICE_HOST");
    }
}

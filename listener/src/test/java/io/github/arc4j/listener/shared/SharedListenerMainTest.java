package io.github.arc4j.listener.shared;

import static io.github.arc4j.listener.shared.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.listener.FreePorts;
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
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as the kubelet sees it. */
class SharedListenerMainTest {
    private static final int SCALE_SETS = 50;

    @TempDir
    private Path directory = Path.of("");

    private @Nullable Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Process start(Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SharedListenerMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile());
        builder.environment()
                .keySet()
                .removeIf(key -> key.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(environment);
        process = builder.start();
        return process;
    }

    private Map<String, String> environment(Stage stage, ServerIdentity identity) throws IOException {
        Files.writeString(directory.resolve("ca.crt"), identity.certificate());
        Files.writeString(directory.resolve("token"), "service-account-token");
        return new HashMap<>(Map.of(
                "LISTENER_SHARD", "0",
                "LISTENER_NAMESPACE", Stage.CONTROLLER,
                "LISTENER_LOG_FORMAT", "json",
                "HOSTNAME", "pod-a",
                "KUBERNETES_SERVICE_HOST", "127.0.0.1",
                "KUBERNETES_SERVICE_PORT", Integer.toString(stage.kube.uri().getPort()),
                "KUBERNETES_SERVICE_ACCOUNT_DIR", directory.toString()));
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    private static HttpResponse<String> get(HttpClient client, int port, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private static int status(HttpClient client, int port, String path) throws InterruptedException {
        try {
            return get(client, port, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private void assertEndsInTime(Process running) throws InterruptedException {
        long start = System.nanoTime();
        running.destroy();
        assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(running.exitValue()).isZero();
    }

    @Test
    void listensForManyUntilSigtermAndLeavesNoSession() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        try (Stage stage = new Stage(SimulatorOptions.builder(), identity);
                HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < SCALE_SETS; i++) {
                stage.addScaleSet("set-" + i);
            }
            int metrics = FreePorts.choose();
            int health = FreePorts.choose();
            Map<String, String> environment = environment(stage, identity);
            environment.put("LISTENER_METRICS_ADDR", "127.0.0.1:" + metrics);
            environment.put("LISTENER_HEALTH_ADDR", "127.0.0.1:" + health);
            Process running = start(environment);
            eventually(() -> stage.github.sessions().size() == SCALE_SETS);
            eventually(() -> status(http, health, "/readyz") == 200);
            assertThat(status(http, health, "/healthz")).isEqualTo(200);
            eventually(() -> stage.state("set-7").equals("listening"));
            assertThat(get(http, metrics, "/metrics").body())
                    .contains("gha_assigned_jobs{", "name=\"set-7\"", "name=\"set-8\"");
            assertEndsInTime(running);
            assertThat(stage.github.sessions()).isEmpty();
            assertThat(stage.github.violations()).isEmpty();
            assertThat(stage.state("set-7"))
                    .as("for the process that follows, nothing has stopped")
                    .isEqualTo("listening");
            assertThat(output()).contains("\"scale_set\":\"set-7\"").doesNotContain("sim-pat");
        }
    }

    @Test
    void sigtermEndsTheProcessInTimeWhenGitHubHangs() throws Exception {
        ServerIdentity identity = ServerIdentity.create(directory);
        try (Stage stage = new Stage(SimulatorOptions.builder(), identity)) {
            for (int i = 0; i < SCALE_SETS; i++) {
                stage.addScaleSet("set-" + i);
            }
            Process running = start(environment(stage, identity));
            eventually(() -> stage.github.sessions().size() == SCALE_SETS);
            stage.github
                    .faults()
                    .add(Fault.on(".*", ".*").hanging(Duration.ofMinutes(1)).times(10_000));
            assertEndsInTime(running);
        }
    }

    @Test
    void aWrongEnvironmentEndsTheProcessWithOneLineThatSaysAll() throws Exception {
        Process failed =
                start(Map.of("LISTENER_SHARD", "-1", "LISTENER_METRICS_ADDR", "x:y", "LISTENER_LOG_LEVEL", "loud"));
        assertThat(failed.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failed.exitValue()).isEqualTo(1);
        assertThat(output())
                .hasLineCount(1)
                .contains(
                        "LISTENER_SHARD=\"-1\": must be an integer of at least 0; LISTENER_NAMESPACE is not set;",
                        "LISTENER_METRICS_ADDR=\"x:y\"",
                        "LISTENER_LOG_LEVEL=\"loud\"");
    }
}

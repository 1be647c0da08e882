package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.controller.cluster.CustomResources;
import io.github.arc4j.kube.EmbeddedKube;
import io.github.arc4j.kube.http.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as Kubernetes sees it: command line, environment, probes, signals, exit codes. */
@NullUnmarked
class ControllerMainTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "CONTROLLER_MANAGER_POD_NAMESPACE", "controller",
            "CONTROLLER_MANAGER_CONTAINER_IMAGE", "local/arc4j:dev");
    private static final String HEALTH = "--health-probe-bind-address=127.0.0.1:0";
    private static final String METRICS = "--metrics-addr=127.0.0.1:0";
    /** A busy machine may not let a process renew its Lease for some seconds. */
    private static final String LONG_LEASE = "--leader-election-lease-duration=5m";

    private static final String LONG_DEADLINE = "--leader-election-renew-deadline=4m";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private EmbeddedKube kube;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void startServer() throws IOException {
        EmbeddedKube.Builder builder = EmbeddedKube.builder().namespaces("controller");
        CustomResources.DEFINITIONS.forEach(builder::crd);
        kube = builder.start();
        Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: test}}]
                clusters: [{name: test, cluster: {server: "%s"}}]
                users: [{name: test, user: {token: any}}]
                """.formatted(kube.uri()));
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        kube.close();
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        return startWith(List.of(), environment, arguments);
    }

    private Process startWith(List<String> jvmOptions, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(jvmOptions);
        command.add(ControllerMain.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Path file = directory.resolve("output-" + (processes.size() + 1));
        Process process = builder.redirectOutput(file.toFile()).start();
        processes.add(process);
        return process;
    }

    /** Of the process that was started last. */
    private Path output() {
        return directory.resolve("output-" + processes.size());
    }

    private String kubeconfig() {
        return "--kubeconfig=" + directory.resolve("kubeconfig");
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** The free port on which the process that was started last serves this path. */
    private int port(String path) {
        Pattern line = Pattern.compile("Serving \\[[^]]*" + path + "[^]]*] on port (\\d+)");
        return await().atMost(LIMIT)
                .until(
                        () -> line.matcher(Files.readString(output(), StandardCharsets.ISO_8859_1))
                                .results()
                                .map(match -> Integer.valueOf(match.group(1)))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static String get(int port, String path) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void becomesReadyServesMetricsAndStopsWithCodeZero() throws Exception {
        Process process = start(
                ENVIRONMENT,
                kubeconfig(),
                "--auto-scaling-runner-set-only",
                "--enable-leader-election",
                LONG_LEASE,
                LONG_DEADLINE,
                HEALTH,
                METRICS,
                "--pprof-addr=:6060");
        int health = port("/readyz");
        int metrics = port("/metrics");
        await().atMost(LIMIT).until(() -> get(health, "/readyz").equals("ok"));
        await().until(() -> get(metrics, "/metrics")
                .contains("leader_election_master_status{name=\"actions-runner-controller\",} 1"));
        assertThat(get(metrics, "/metrics"))
                .contains("controller_runtime_max_concurrent_reconciles{controller=\"ephemeralrunner\",} 64")
                .contains(
                        "workqueue_depth{name=\"autoscalingrunnerset\",controller=\"autoscalingrunnerset\",priority=\"0\",}")
                .contains("rest_client_requests_total{code=\"200\",method=\"GET\",host=\""
                        + kube.uri().getAuthority())
                .contains("process_cpu_seconds_total");
        process.destroy();
        assertThat(exitCode(process)).isZero();
        assertThat(Files.readString(output())).contains("no effect", "pprof-addr", "Stopped");
        assertThat(kube.store()
                        .resource("leases")
                        .get("controller", "actions-runner-controller")
                        .toString())
                .isNotEmpty();
    }

    @Test
    void servesTheConsoleOnlyWithItsFlagAndLoadsItsClassesOnlyThen() throws Exception {
        Path classes = directory.resolve("classes");
        List<String> log = List.of("-Xlog:class+load:file=" + classes);
        Process off = startWith(log, ENVIRONMENT, kubeconfig(), "--metrics-addr=0", HEALTH);
        int health = port("/readyz");
        await().atMost(LIMIT).until(() -> get(health, "/readyz").equals("ok"));
        off.destroy();
        assertThat(exitCode(off)).isZero();
        assertThat(Files.readString(classes))
                .contains("io.github.arc4j.controller.Reconcilers ")
                .doesNotContain("io.github.arc4j.controller.console.", "io.github.arc4j.process.advice.");

        Process on = startWith(log, ENVIRONMENT, kubeconfig(), "--metrics-addr=0", "--console", HEALTH);
        // Another program on this machine may use the port.
        Pattern served = Pattern.compile("Serving \\[[^]]*/events[^]]*] on port 8090|cannot listen on 127.0.0.1:8090");
        await().atMost(LIMIT)
                .until(() -> served.matcher(Files.readString(output(), StandardCharsets.ISO_8859_1))
                        .find());
        assertThat(Files.readString(classes)).contains("io.github.arc4j.controller.console.Console ");
        on.destroy();
    }

    @Test
    void theLeaseNamesTheLeaderAndAStandbyIsReady() throws Exception {
        Process leader = startReplica();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(news()).hasSize(1));
        assertThat(news().getFirst()).endsWith("became leader");
        startReplica();
        int second = port("/readyz");
        await().atMost(LIMIT).until(() -> get(second, "/readyz").equals("ok"));
        assertThat(news()).hasSize(1);

        leader.destroy();
        assertThat(exitCode(leader)).isZero();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(news())
                        .anyMatch(text -> text.endsWith("stopped leading"))
                        .filteredOn(text -> text.endsWith("became leader"))
                        .hasSize(2));
    }

    private Process startReplica() throws IOException {
        return start(
                ENVIRONMENT,
                kubeconfig(),
                "--enable-leader-election",
                LONG_LEASE,
                LONG_DEADLINE,
                "--metrics-addr=0",
                HEALTH);
    }

    /** The messages of the Events on the lease. */
    private List<String> news() {
        return messagesOf("LeaderElection");
    }

    private List<String> messagesOf(String reason) {
        return kube.store().resource("events").list().stream()
                .map(event -> event.json())
                .filter(event -> event.path("reason").asText().equals(reason))
                .map(event -> event.path("message").asText())
                .toList();
    }

    @Test
    void oneNamespaceIsWatchedInAdditionToTheControllersOwn() throws Exception {
        start(ENVIRONMENT, kubeconfig(), "--watch-single-namespace=team", "--metrics-addr=0", HEALTH);
        int health = port("/readyz");
        await().atMost(LIMIT).until(() -> get(health, "/readyz").equals("ok"));
        assertThat(kube.requests().snapshot())
                .isNotEmpty()
                .extracting(entry -> entry.request().namespace())
                .containsOnly("team", "controller");
    }

    @Test
    void alphaVersionsAreNotLogged() throws Exception {
        Process process = start(ENVIRONMENT, kubeconfig(), "--log-format=json", "--metrics-addr=0", HEALTH);
        int health = port("/readyz");
        await().atMost(LIMIT).until(() -> get(health, "/readyz").equals("ok"));
        process.destroy();
        assertThat(exitCode(process)).isZero();
        assertThat(Files.readAllLines(output())).allMatch(line -> line.startsWith("{"));
        assertThat(Files.readString(output())).doesNotContain("VersionUsageUtils", "v1alpha1");
    }

    @Test
    void aHangingReconcileDoesNotDelayTheShutdownBeyondTheGracePeriod() throws Exception {
        try (var hanging = kube.faults()
                .inject(Fault.on("patch", "autoscalingrunnersets").always().delay(Duration.ofSeconds(30)))) {
            createScaleSet("set");
            Process process = start(ENVIRONMENT, kubeconfig(), "--metrics-addr=0");
            await().atMost(LIMIT).until(() -> hanging.strikes() > 0);
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }

    /** Whoever uninstalls the controller waits for this: it ends, and does not fail for one object. */
    @Test
    void anUninstallationIsReportedWithCodeZero() throws Exception {
        createScaleSet("first");
        createScaleSet("second");
        kube.faults()
                .inject(Fault.on("patch", "autoscalingrunnersets/status")
                        .name("first")
                        .always()
                        .answer(500));

        Process process = start(ENVIRONMENT, kubeconfig(), "--report-uninstalled", "--log-format=json");

        assertThat(exitCode(process)).isZero();
        assertThat(kube.store()
                        .resource("autoscalingrunnersets")
                        .get("controller", "second")
                        .json()
                        .at("/status/conditions/0/reason")
                        .asText())
                .isEqualTo("ControllerUninstalled");
        assertThat(messagesOf("ControllerUninstalled")).hasSize(1);
        assertThat(Files.readString(output())).contains("controller/first", "1 of 2");
    }

    private void createScaleSet(String name) throws IOException {
        kube.store().resource("autoscalingrunnersets").create("controller", (ObjectNode)
                new ObjectMapper().readTree("""
                        {"metadata": {"name": "%s", "namespace": "controller"},
                         "spec": {"githubConfigUrl": "https://github.com/org", "githubConfigSecret": "github"}}
                        """.formatted(name)));
    }

    @Test
    void anInvalidFlagExitsWithCodeTwo() throws Exception {
        Process process = start(ENVIRONMENT, "--wach-namespace=a");
        assertThat(exitCode(process)).isEqualTo(2);
        assertThat(Files.readString(output())).contains("did you mean --watch-namespace?");
    }

    @Test
    void aMissingVariableExitsWithCodeOne() throws Exception {
        assertThat(exitCode(start(Map.of(), kubeconfig()))).isEqualTo(1);
        assertThat(Files.readString(output())).contains("CONTROLLER_MANAGER_POD_NAMESPACE");
    }

    @Test
    void aLostLeaseExitsWithCodeOne() throws Exception {
        Process process = start(ENVIRONMENT, kubeconfig(), "--enable-leader-election", METRICS);
        int metrics = port("/metrics");
        await().atMost(LIMIT)
                .until(() -> get(metrics, "/metrics")
                        .contains("leader_election_master_status{name=\"actions-runner-controller\",} 1"));
        kube.faults().inject(Fault.on("*", "leases").always().answer(500));
        assertThat(exitCode(process)).isEqualTo(1);
        assertThat(Files.readString(output())).contains("Could not renew the lease");
    }
}

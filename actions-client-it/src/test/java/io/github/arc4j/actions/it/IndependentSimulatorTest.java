package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.loop.MessageListener;
import io.github.arc4j.actions.loop.MessageLoop;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.actions.model.Statistics;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scale set with jobs on a simulator that somebody else wrote from GitHub's behaviour, so that an error in this
 * project's simulator does not hide the same error in the client. An environment variable contains the path of its jar.
 */
@EnabledIfEnvironmentVariable(
        named = IndependentSimulatorTest.JAR,
        matches = ".+",
        disabledReason = "ARC4J_INDEPENDENT_SIMULATOR is not set to the jar of a simulator")
class IndependentSimulatorTest {
    static final String JAR = "ARC4J_INDEPENDENT_SIMULATOR";

    /** More than fit in one message. */
    private static final int JOBS = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private Process simulator;
    private String base;
    private ActionsClient client;
    private int scaleSet;

    @BeforeEach
    void start() throws Exception {
        simulator = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        System.getenv(JAR),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--poll-timeout-ms",
                        "500")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        base = "http://127.0.0.1:" + port(simulator.inputReader());
        client = ActionsClient.builder(ConfigUrl.parse(base + "/org/repo"), () -> new PersonalAccessToken("sim-pat"))
                .userAgent(new UserAgent("actions-runner-controller", "1.2.3", "abc", 0, "test"))
                .build();
        RunnerScaleSet requested = RunnerScaleSet.builder()
                .name("set")
                .runnerGroupId(client.getRunnerGroup("Default").id())
                .build();
        scaleSet = client.createScaleSet(requested).id();
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.destroy();
    }

    @Test
    void runsJobsWhileTokensExpire() throws Exception {
        Thread loop = listen();
        post("/sim/jobs", "{\"count\":" + JOBS + ",\"labels\":[\"set\"],\"durationMs\":50}");
        for (String token : new String[] {"admin", "queue", "admin"}) {
            post("/sim/tokens/expire", "{\"kind\":\"" + token + "\"}");
        }
        finish(loop);

        assertThat(client.findScaleSet(1, "set")).isPresent();
        client.deleteScaleSet(scaleSet);
        assertThat(client.getScaleSet(scaleSet)).isEmpty();
        assertNoViolations();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void runsJobsWhileConnectionsBreak(String phase) throws Exception {
        post(
                "/sim/faults",
                "{\"match\":\".*(message|acquirejobs|sessions).*\",\"effect\":\"drop\",\"phase\":\"" + phase
                        + "\",\"probability\":0.2}");
        Thread loop = listen();
        post("/sim/jobs", "{\"count\":" + JOBS + ",\"labels\":[\"set\"],\"durationMs\":50}");
        finish(loop);

        assertNoViolations();
    }

    /** Starts a runner for each assigned job, at most as many as there are jobs. */
    private Thread listen() {
        AtomicInteger started = new AtomicInteger();
        MessageListener listener = new MessageListener() {
            @Override
            public int maxCapacity() {
                return JOBS;
            }

            @Override
            public void scale(Statistics statistics) throws InterruptedException {
                while (statistics.totalAssignedJobs() > statistics.totalRegisteredRunners() && started.get() < JOBS) {
                    String name = "runner-" + started.incrementAndGet();
                    String config =
                            client.generateJitConfig(scaleSet, name, "_work").encodedJitConfig();
                    Thread.ofVirtual().start(() -> run(config));
                }
            }
        };
        return Thread.ofVirtual().start(new MessageLoop(client, scaleSet, "me", listener));
    }

    private void run(String config) {
        try {
            post("/sim/runners/run", config);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void finish(Thread loop) throws Exception {
        JsonNode jobs = get("/sim/jobs/wait?count=" + JOBS + "&timeoutMs=60000");
        assertThat(jobs.path("completed").asInt()).as(jobs.toString()).isEqualTo(JOBS);
        // The last messages are still in flight, and each of their calls may fail several times.
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            JsonNode set = get("/sim/scalesets").path(0);
            return set.path("unackedMessages").asInt()
                            + set.path("pendingEvents").asInt()
                    == 0;
        });
        loop.interrupt();
        assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
        assertThat(get("/sim/sessions")).isEmpty();
    }

    private void assertNoViolations() throws Exception {
        JsonNode invariants = get("/sim/invariants?final=true");
        assertThat(invariants.path("ok").asBoolean()).as(invariants.toString()).isTrue();
        assertThat(invariants.path("violations")).as(invariants.toString()).isEmpty();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)));
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(base + path)).POST(BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return json.readTree(http.send(request.build(), BodyHandlers.ofString()).body());
    }

    private static int port(BufferedReader output) throws IOException {
        String line = output.readLine();
        assertThat(line).as("the simulator's first line").matches(".*\\D\\d+");
        return Integer.parseInt(line.replaceAll(".*\\D", ""));
    }
}

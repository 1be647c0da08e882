package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.RunnerFault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminApiTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final GitHubSimulator simulator = GitHubSimulator.start();
    private WireClient client;
    private int scaleSet;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org");
        scaleSet = client.scaleSet("set");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private WireClient.Response sim(String method, String path, String body) throws Exception {
        return client.send(client.request(method, simulator.uri() + "/sim/" + path, body));
    }

    @Test
    void queuesRunsAndReportsJobs() throws Exception {
        WireClient.Response queued = sim(
                "POST",
                "jobs",
                "{\"scaleSet\":\"set\",\"count\":3,\"durationMs\":5,\"exitCode\":2,\"result\":\"failed\",\"group\":\"g\"}");
        assertThat(queued.status()).isEqualTo(201);
        assertThat(queued.json().path("ids").toString()).isEqualTo("[1,2,3]");
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            String jit = client.jit(scaleSet, "runner")
                    .json()
                    .path("encodedJITConfig")
                    .asText();
            try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
                assertThat(runner.exit()).isEqualTo("exit=2 result=failed");
            }
            simulator.awaitJobs(jobs -> jobs.failed() == 1 && jobs.assigned() == 2, SOON);
            assertThat(sim("GET", "summary", "").json().path("failed").asInt()).isEqualTo(1);
            assertThat(sim("GET", "summary?group=other", "")
                            .json()
                            .path("failed")
                            .asInt())
                    .isZero();
            assertThat(sim("GET", "jobs?group=g", "").json()).hasSize(3);
            assertThat(sim("GET", "jobs", "").json().at("/0/completedAt").asText())
                    .matches("\\d{4}-.*Z");
            assertThat(sim("GET", "sessions", "").json().at("/0/owner").asText())
                    .isEqualTo("listener");
            assertThat(sim("GET", "scalesets", "")
                            .json()
                            .at("/0/statistics/totalAssignedJobs")
                            .asInt())
                    .isEqualTo(2);
            assertThat(sim("POST", "jobs/2/finish", "").status()).isEqualTo(404);
            assertThat(sim("POST", "jobs/2/cancel", "").status()).isEqualTo(204);
            assertThat(sim("POST", "jobs/2/cancel", "").status()).isEqualTo(404);
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void rejectsInvalidJobs() throws Exception {
        for (String body : new String[] {
            "{}",
            "[]",
            "nonsense",
            "null",
            "{\"scaleSet\":\"set\",\"durationMs\":-1}",
            "{\"scaleSet\":\"set\",\"repository\":\"nonsense\"}",
            "{\"scaleSet\":\"set\",\"count\":-1}"
        }) {
            assertThat(sim("POST", "jobs", body).status()).as(body).isEqualTo(400);
        }
        assertThat(simulator.summary().total()).isZero();
    }

    @Test
    void listsRunners() throws Exception {
        client.jit(scaleSet, "runner");
        assertThat(sim("GET", "runners", "").json().at("/0/name").asText()).isEqualTo("runner");
        assertThat(sim("GET", "runners", "").json().at("/0/online").asBoolean()).isFalse();
    }

    @Test
    void returnsEventsIncrementally() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Response events = sim("GET", "events?since=0", "");
        assertThat(events.json().findValuesAsText("kind")).containsExactly("SCALE_SET_CREATED", "JOB_QUEUED");
        long last = events.json().at("/1/sequence").asLong();
        assertThat(sim("GET", "events?since=" + last, "").json()).isEmpty();
        Thread.ofVirtual().start(() -> simulator.queueJob(JobRequest.of("set")));
        assertThat(sim("GET", "events?waitMs=5000&since=" + last, "").json()).isNotEmpty();
    }

    @Test
    void addsReportsAndEndsFaults() throws Exception {
        sim(
                "POST",
                "faults",
                "{\"method\":\"GET\",\"path\":\".*/runnerscalesets\",\"times\":-1,\"action\":\"answer\",\"status\":502}");
        assertThat(client.call("GET", WireClient.SETS, "").status()).isEqualTo(502);
        assertThat(sim("GET", "faults", "").json().path("hits").asInt()).isEqualTo(1);
        assertThat(sim("GET", "faults", "").json().at("/remaining/0/status").asInt())
                .isEqualTo(502);
        sim("DELETE", "faults", "");
        assertThat(client.call("GET", WireClient.SETS, "").status()).isEqualTo(200);
        assertThat(sim("POST", "faults", "{\"path\":\"(\"}").status()).isEqualTo(400);
        sim("POST", "faults", "{\"action\":\"add_assigned_jobs\",\"jobs\":3}");
        assertThat(simulator.faults().remaining()).extracting(Fault::jobs).containsExactly(3);
    }

    @Test
    void countsCallsOfTheWireProtocol() throws Exception {
        client.call("GET", WireClient.SETS + "/7", "");
        client.call("GET", WireClient.SETS + "/8", "");
        assertThat(simulator.calls())
                .containsEntry("GET /_apis/runtime/runnerscalesets/{id}", 2L)
                .containsEntry("POST /actions/runner-registration", 1L);
        assertThat(sim("GET", "calls", "").json()).hasSize(simulator.calls().size());
    }

    @Test
    void forgetsRunners() throws Exception {
        client.jit(scaleSet, "runner");
        assertThat(sim("POST", "runners/1/forget", "").status()).isEqualTo(204);
        assertThat(simulator.runners()).isEmpty();
        assertThat(sim("POST", "runners/1/forget", "").status()).isEqualTo(404);
    }

    @Test
    void deprecatesRunnersUntilReverted() throws Exception {
        String jit =
                client.jit(scaleSet, "runner").json().path("encodedJITConfig").asText();
        sim("POST", "runners/deprecate", "");
        assertThat(simulator.runRunner(jit).exitCode()).isEqualTo(7);
        sim("DELETE", "runners/deprecate", "");
        try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            simulator.await(sim -> sim.runners().get(0).online(), SOON);
            assertThat(runner.sees("exit=")).isFalse();
        }
    }

    @Test
    void addsReportsAndEndsFaultsOfRunners() throws Exception {
        String jit =
                client.jit(scaleSet, "runner").json().path("encodedJITConfig").asText();
        sim("POST", "runners/faults", "{\"kind\":\"deaf\",\"runner\":\"r.*\",\"probability\":0.5,\"seed\":3}");
        sim("POST", "runners/faults", "{\"kind\":\"deprecated\",\"delayMs\":0,\"durationMs\":3600000,\"times\":2}");
        sim("POST", "runners/faults", "{\"kind\":\"deprecated\",\"delayMs\":3600000}");
        assertThat(simulator.runRunner(jit).exitCode()).isEqualTo(7);
        assertThat(sim("GET", "runners/faults", "").json().path("hits").asInt()).isEqualTo(1);
        List<RunnerFault> active = simulator.runnerFaults().remaining();
        assertThat(active.get(0))
                .isEqualTo(RunnerFault.of(RunnerFault.Kind.DEAF).runner("r.*").randomly(0.5));
        assertThat(active).extracting(RunnerFault::times).containsExactly(-1, 1, 1);
        assertThat(Duration.between(active.get(1).from(), active.get(1).until()))
                .isEqualTo(Duration.ofHours(1));
        assertThat(active.get(2).from()).isAfter(Instant.now());
        assertThat(active.get(2).until()).isNull();
        assertThat(sim("GET", "runners/faults", "")
                        .json()
                        .at("/remaining/0/kind")
                        .asText())
                .isEqualTo("DEAF");
        sim("DELETE", "runners/faults", "");
        assertThat(simulator.runnerFaults().remaining()).isEmpty();
        for (String body : List.of("{}", "{\"kind\":\"sleepy\"}", "{\"kind\":\"deaf\",\"runner\":\"(\"}")) {
            assertThat(sim("POST", "runners/faults", body).status()).as(body).isEqualTo(400);
        }
    }

    @Test
    void reportsAndClearsViolations() throws Exception {
        client.call("DELETE", WireClient.AGENTS + "/0", "");
        assertThat(sim("GET", "violations", "").json().at("/0/rule").asText()).isEqualTo("runner");
        sim("DELETE", "violations", "");
        assertThat(sim("GET", "violations", "").json()).isEmpty();
    }

    @Test
    void endsSessionsAndRevokesTokens() throws Exception {
        client.session(scaleSet);
        sim("POST", "sessions/expire", "");
        assertThat(simulator.sessions()).isEmpty();
        sim("POST", "tokens/revoke", "");
        assertThat(client.call("GET", WireClient.SETS, "").status()).isEqualTo(401);
    }

    @Test
    void returnsNotFoundForUnknownPaths() throws Exception {
        assertThat(sim("GET", "nothing", "").status()).isEqualTo(404);
        assertThat(simulator.violations()).isEmpty();
    }
}

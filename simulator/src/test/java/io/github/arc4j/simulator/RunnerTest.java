package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunnerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final GitHubSimulator simulator = GitHubSimulator.start(SimulatorOptions.builder()
            .heartbeat(Duration.ofMillis(20))
            .lostRunnerAfter(Duration.ofMillis(50))
            .build());
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

    private String jit(String name) throws Exception {
        return client.jit(scaleSet, name).json().path("encodedJITConfig").asText();
    }

    @Test
    void jitConfigRegistersARunnerThatCanBeReadAndRemoved() throws Exception {
        WireClient.Response jit = client.jit(scaleSet, "runner");
        assertThat(jit.status()).isEqualTo(200);
        long id = jit.json().at("/runner/id").asLong();
        assertThat(jit.json().at("/runner/name").asText()).isEqualTo("runner");
        assertThat(jit.json().at("/runner/runnerScaleSetId").asInt()).isEqualTo(scaleSet);
        assertThat(jit.json().path("encodedJITConfig").asText()).isBase64();

        String agent = WireClient.AGENTS + "/" + id;
        assertThat(client.call("GET", agent, "").json().path("name").asText()).isEqualTo("runner");
        assertThat(client.call("GET", WireClient.AGENTS + "?agentName=RUNNER", "")
                        .json()
                        .at("/value/0/id")
                        .asLong())
                .isEqualTo(id);
        assertThat(client.call("GET", WireClient.AGENTS + "?agentName=other", "")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(client.call("DELETE", agent, "").status()).isEqualTo(204);
        WireClient.Response missing = client.call("GET", agent, "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.type()).contains("AgentNotFoundException");
        assertThat(client.call("DELETE", agent, "").status()).isEqualTo(204);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void secondJitConfigForAnExistingRunnerIsRejectedAndReported() throws Exception {
        client.jit(scaleSet, "runner");
        WireClient.Response second = client.jit(scaleSet, "runner");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.type()).contains("AgentExistsException");
        assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("jit-config");
    }

    @Test
    void reportsMoreRunnersThanTheListenerAnnounced() throws Exception {
        simulator.queueJob(JobRequest.of("set")); // so that the poll returns immediately
        client.poll(client.session(scaleSet), 0, 1);
        try (RunnerProcess first = new RunnerProcess(simulator, jit("first"))) {
            simulator.await(sim -> online(sim) == 1, SOON);
            assertThat(simulator.violations()).isEmpty();
            try (RunnerProcess second = new RunnerProcess(simulator, jit("second"))) {
                simulator.await(sim -> online(sim) == 2 && !sim.violations().isEmpty(), SOON);
                assertThat(simulator.violations()).extracting(Violation::rule).containsExactly("too-many-runners");
            }
        }
    }

    private static long online(GitHubSimulator simulator) {
        return simulator.runners().stream().filter(RunnerView::online).count();
    }

    @Test
    void jitConfigRequiresNameAndWorkFolder() throws Exception {
        assertThat(client.call("POST", WireClient.SETS + "/" + scaleSet + "/generatejitconfig", "{}")
                        .status())
                .isEqualTo(400);
        assertThat(simulator.violations()).extracting(Violation::message).containsExactly("no workFolder", "no name");
    }

    @Test
    void reportsCallsToScaleSetsThatNeverExisted() throws Exception {
        assertThat(client.jit(99, "runner").status()).isEqualTo(404);
        assertThat(client.openSession(99, "me").status()).isEqualTo(404);
        assertThat(simulator.violations()).extracting(Violation::rule).containsOnly("unknown-scale-set");
    }

    @Test
    void reportsTheRemovalOfRunnerZero() throws Exception {
        client.call("DELETE", WireClient.AGENTS + "/0", "");
        assertThat(simulator.violations()).extracting(Violation::message).containsExactly("removed runner 0");
    }

    @Test
    void busyRunnerCannotBeRemovedAndIsDeregisteredAfterItsJob() throws Exception {
        String jit = jit("runner");
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            simulator.queueJob(JobRequest.builder("set")
                    .duration(Duration.ofMillis(2500))
                    .result("failed")
                    .build());
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            WireClient.Response busy = client.call("DELETE", WireClient.AGENTS + "/1", "");
            assertThat(busy.status()).isEqualTo(400);
            assertThat(busy.type()).contains("JobStillRunningException");
            assertThat(runner.exit()).isEqualTo("exit=0 result=failed");
            assertThat(runner.lines)
                    .containsExactly("runner runner is online", "job job-1 started", "exit=0 result=failed");
            assertThat(simulator.runners()).isEmpty();
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void removedIdleRunnerEnds() throws Exception {
        try (RunnerProcess runner = new RunnerProcess(simulator, jit("runner"))) {
            simulator.await(sim -> sim.runners().get(0).online(), SOON);
            client.call("DELETE", WireClient.AGENTS + "/1", "");
            assertThat(runner.exit()).isEqualTo("exit=1 result=removed");
        }
    }

    @Test
    void disconnectedIdleRunnerIsOfflineAndMayReconnect() throws Exception {
        String jit = jit("runner");
        RunnerProcess lost = new RunnerProcess(simulator, jit);
        simulator.await(sim -> sim.runners().get(0).online(), SOON);
        lost.close();
        simulator.await(sim -> !sim.runners().get(0).online(), SOON);
        try (RunnerProcess again = new RunnerProcess(simulator, jit)) {
            simulator.await(sim -> sim.runners().get(0).online(), SOON);
            assertThat(again.sees("exit=")).isFalse();
        }
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void jobOfALostRunnerFails() throws Exception {
        String jit = jit("runner");
        try (Listener listener = new Listener(client, scaleSet, 5)) {
            RunnerProcess runner = new RunnerProcess(simulator, jit);
            simulator.queueJob(
                    JobRequest.builder("set").duration(Duration.ofMinutes(5)).build());
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            runner.close();
            simulator.awaitJobs(jobs -> jobs.failed() == 1, SOON);
            assertThat(simulator.runners()).isEmpty();
            Awaitility.await().atMost(SOON).until(() -> listener.types().contains("JobCompleted"));
        }
    }

    @Test
    void forgottenIdleRunnerEndsAndIsUnknown() throws Exception {
        try (RunnerProcess runner = new RunnerProcess(simulator, jit("runner"))) {
            simulator.await(sim -> sim.runners().get(0).online(), SOON);
            assertThat(simulator.forgetRunner(1)).isTrue();
            assertThat(runner.exit()).isEqualTo("exit=1 result=removed");
            assertThat(client.call("GET", WireClient.AGENTS + "/1", "").status())
                    .isEqualTo(404);
            assertThat(simulator.forgetRunner(1)).isFalse();
        }
    }

    @Test
    void jobOfAForgottenRunnerFails() throws Exception {
        String jit = jit("runner");
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            simulator.queueJob(
                    JobRequest.builder("set").duration(Duration.ofMinutes(5)).build());
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            assertThat(simulator.forgetRunner(1)).isTrue();
            assertThat(simulator.runners()).isEmpty();
            assertThat(runner.exit()).isEqualTo("exit=1 result=removed");
            simulator.awaitJobs(jobs -> jobs.failed() == 1, SOON);
            Awaitility.await().atMost(SOON).until(() -> listener.types().contains("JobCompleted"));
        }
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void usedJitConfigIsRejectedAndReported() throws Exception {
        String jit = jit("runner");
        try (Listener listener = new Listener(client, scaleSet, 5)) {
            simulator.queueJob(JobRequest.of("set"));
            assertThat(simulator.runRunner(jit).result()).isEqualTo("succeeded");
            try (RunnerProcess second = new RunnerProcess(simulator, jit)) {
                assertThat(second.exit()).isEqualTo("exit=1 result=not-registered");
            }
            assertThat(listener.elements).isNotEmpty();
        }
        assertThat(simulator.violations()).extracting(Violation::message).containsExactly("used for a second runner");
    }

    @Test
    void deprecatedRunnerExitsImmediatelyAndStaysRegistered() throws Exception {
        simulator.deprecateRunners(true);
        String jit = jit("runner");
        assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(7, "deprecated"));
        try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            assertThat(runner.exit()).isEqualTo("exit=7 result=deprecated");
        }
        assertThat(simulator.runners()).hasSize(1);
    }

    @Test
    void invalidJitConfigIsRejected() throws Exception {
        try (RunnerProcess runner = new RunnerProcess(simulator, "nonsense!")) {
            assertThat(runner.exit()).isEqualTo("exit=1 result=no-jit-config");
        }
    }

    @Test
    void closingTheSimulatorEndsItsRunners() throws Exception {
        String jit = jit("runner");
        CompletableFuture<RunnerExit> exit = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                exit.complete(simulator.runRunner(jit));
            } catch (InterruptedException e) {
                exit.completeExceptionally(e);
            }
        });
        simulator.await(sim -> sim.runners().get(0).online(), SOON);
        simulator.close();
        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(new RunnerExit(1, "stopped"));
    }

    @Test
    void interruptingARunnerInTheSameProcessDisconnectsIt() throws Exception {
        String jit = jit("runner");
        Thread runner = Thread.ofVirtual().start(() -> {
            try {
                simulator.runRunner(jit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        simulator.await(sim -> sim.runners().get(0).online(), SOON);
        runner.interrupt();
        simulator.await(sim -> !sim.runners().get(0).online(), SOON);
    }
}

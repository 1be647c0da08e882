package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.faults.RunnerFault;
import io.github.arc4j.simulator.faults.RunnerFault.Kind;
import io.github.arc4j.simulator.faults.RunnerFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunnerFaultTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final GitHubSimulator simulator = GitHubSimulator.start(SimulatorOptions.builder()
            .heartbeat(Duration.ofMillis(20))
            .lostRunnerAfter(Duration.ofMillis(50))
            .build());
    private final RunnerFaults faults = simulator.runnerFaults();
    private WireClient client;
    private int scaleSet;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org");
        scaleSet = client.scaleSet("set");
    }

    @AfterEach
    void stop() {
        assertThat(simulator.violations()).isEmpty();
        simulator.close();
    }

    private String jit(String name) throws Exception {
        return client.jit(scaleSet, name).json().path("encodedJITConfig").asText();
    }

    private RunnerProcess start(String name) throws Exception {
        return new RunnerProcess(simulator, jit(name));
    }

    private RunnerProcess startOnline(String name) throws Exception {
        RunnerProcess process = start(name);
        simulator.await(sim -> view(name).online(), SOON);
        return process;
    }

    private RunnerView view(String name) {
        return simulator.runners().stream()
                .filter(runner -> runner.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Statistics statistics() {
        return simulator.scaleSets().get(0).statistics();
    }

    private static void awaitCompletion(Listener listener, String result) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> listener.elements.stream()
                        .filter(element -> element.path("messageType").asText().equals("JobCompleted"))
                        .anyMatch(element -> element.path("result").asText().equals(result)));
    }

    @Test
    void runnerThatNeverExitsIsDeregisteredAfterItsJobButItsProcessStays() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_EXITS));
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess runner = start("runner")) {
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.succeeded() == 1, SOON);
            awaitCompletion(listener, "succeeded");
            assertThat(simulator.runners()).isEmpty();
            runner.awaitSignsOfLife();
            assertThat(runner.lines).containsExactly("runner runner is online", "job job-1 started");
        }
        assertThat(faults.hits()).isEqualTo(1);
        assertThat(faults.remaining()).isEmpty();
    }

    @Test
    void runnerThatNeverExitsStaysAfterItWasDeregisteredWhileIdle() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_EXITS));
        try (RunnerProcess runner = startOnline("runner")) {
            assertThat(client.call("DELETE", WireClient.AGENTS + "/1", "").status())
                    .isEqualTo(204);
            assertThat(simulator.runners()).isEmpty();
            runner.awaitSignsOfLife();
        }
    }

    @Test
    void removingARunnerWithoutAProcessDoesNotUseUpAFault() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_EXITS));
        jit("runner");
        client.call("DELETE", WireClient.AGENTS + "/1", "");
        assertThat(simulator.runners()).isEmpty();
        assertThat(faults.hits()).isZero();
    }

    @Test
    void runnerThatIsNeverOnlineStaysRegisteredAndOfflineAndGetsNoJob() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_ONLINE));
        String jit = jit("hung");
        RunnerProcess hung = new RunnerProcess(simulator, jit);
        simulator.await(sim -> faults.hits() == 1, SOON);
        try (Listener listener = new Listener(client, scaleSet, 5)) {
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.assigned() == 1, SOON);
            hung.awaitSignsOfLife();
            assertThat(hung.lines).isEmpty();
            assertThat(client.call("GET", WireClient.AGENTS + "/1", "")
                            .json()
                            .path("status")
                            .asText())
                    .isEqualTo("offline");
            assertThat(statistics()).isEqualTo(new Statistics(0, 0, 1, 0, 1, 0, 0));
            hung.close();
            try (RunnerProcess second = new RunnerProcess(simulator, jit)) {
                assertThat(second.exit()).isEqualTo("exit=0 result=succeeded");
            }
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void deafRunnerStaysIdleWhileAnotherRunnerTakesTheJob() throws Exception {
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess deaf = startOnline("deaf")) {
            faults.add(RunnerFault.of(Kind.DEAF).runner("dea."));
            simulator.queueJob(JobRequest.of("set"));
            simulator.await(sim -> faults.hits() == 1, SOON);
            assertThat(statistics()).isEqualTo(new Statistics(0, 0, 1, 0, 1, 0, 1));
            try (RunnerProcess other = start("other")) {
                assertThat(other.exit()).isEqualTo("exit=0 result=succeeded");
            }
            deaf.awaitSignsOfLife();
            assertThat(view("deaf").online()).isTrue();
            assertThat(view("deaf").busy()).isFalse();
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void jobOfARunnerThatNeverFinishesRunsUntilTheRunnerIsKilledAndThenFails() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_FINISHES));
        try (Listener listener = new Listener(client, scaleSet, 5)) {
            RunnerProcess runner = start("runner");
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            Awaitility.await().atMost(SOON).until(() -> listener.types().contains("JobStarted"));
            runner.awaitSignsOfLife();
            assertThat(simulator.summary().running()).isEqualTo(1);
            assertThat(client.call("DELETE", WireClient.AGENTS + "/1", "").type())
                    .contains("JobStillRunningException");
            runner.close();
            awaitCompletion(listener, "failed");
            assertThat(simulator.runners()).isEmpty();
        }
    }

    @Test
    void cancelingTheJobDoesNotEndARunnerThatHangsInIt() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_FINISHES));
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess runner = start("runner")) {
            long job = simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            assertThat(simulator.cancelJob(job)).isTrue();
            awaitCompletion(listener, "canceled");
            assertThat(simulator.runners()).isEmpty();
            runner.awaitSignsOfLife();
        }
    }

    @Test
    void forgettingARunnerThatHangsDoesNotEndItsProcess() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_FINISHES));
        try (Listener listener = new Listener(client, scaleSet, 5);
                RunnerProcess runner = start("runner")) {
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
            assertThat(simulator.forgetRunner(1)).isTrue();
            awaitCompletion(listener, "failed");
            runner.awaitSignsOfLife();
        }
    }

    @Test
    void faultsCanBeActiveFromTheStart() {
        RunnerFault fault = RunnerFault.of(Kind.DEAF).randomly(0.1);
        SimulatorOptions options =
                SimulatorOptions.builder().runnerFaults(List.of(fault)).build();
        try (GitHubSimulator other = GitHubSimulator.start(options)) {
            assertThat(other.runnerFaults().remaining()).containsExactly(fault);
        }
    }

    @Test
    void reportsHangsAsEvents() throws Exception {
        List<SimulatorEvent> events = new CopyOnWriteArrayList<>();
        simulator.subscribe(events::add);
        faults.add(RunnerFault.of(Kind.NEVER_ONLINE));
        try (RunnerProcess runner = start("runner")) {
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(events)
                            .filteredOn(event -> event.kind() == SimulatorEvent.Kind.RUNNER_HUNG)
                            .singleElement()
                            .satisfies(event -> {
                                assertThat(event.runner()).isEqualTo("runner");
                                assertThat(event.detail()).isEqualTo("never_online");
                            }));
            runner.awaitSignsOfLife();
        }
    }

    @Test
    void rejectsRunnersDuringABrownout() throws Exception {
        Instant now = Instant.now();
        RunnerFault deprecation = RunnerFault.of(Kind.DEPRECATED).times(-1);
        faults.add(deprecation.between(now.minusSeconds(60), now));
        faults.add(deprecation.between(now.plusSeconds(3600), null));
        String jit = jit("runner");
        try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
            simulator.await(sim -> view("runner").online(), SOON);
            assertThat(runner.sees("exit=")).isFalse();
        }
        simulator.await(sim -> !view("runner").online(), SOON);
        faults.add(deprecation.between(now, now.plusSeconds(3600)));
        assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(7, "deprecated"));
        assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(7, "deprecated"));
        assertThat(faults.hits()).isEqualTo(2);
        assertThat(faults.remaining()).hasSize(2); // one has ended
        simulator.deprecateRunners(false);
        assertThat(faults.remaining()).isEmpty();
    }

    @Test
    void closingTheSimulatorEndsRunnersThatHang() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_ONLINE).runner("offline"));
        faults.add(RunnerFault.of(Kind.NEVER_EXITS).runner("finished"));
        List<CompletableFuture<RunnerExit>> exits = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        run(jit("offline"), exits.get(0));
        run(jit("finished"), exits.get(1));
        try (Listener listener = new Listener(client, scaleSet, 5)) {
            simulator.queueJob(JobRequest.of("set"));
            awaitCompletion(listener, "succeeded");
        }
        simulator.await(sim -> faults.hits() == 2, SOON);
        simulator.close();
        for (CompletableFuture<RunnerExit> exit : exits) {
            assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(new RunnerExit(1, "stopped"));
        }
    }

    @Test
    void killingAProcessThatNeverConnectedDoesNotDisconnectItsSuccessor() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_ONLINE));
        String jit = jit("runner");
        Thread hung = run(jit, new CompletableFuture<>());
        simulator.await(sim -> faults.hits() == 1, SOON);
        try (RunnerProcess successor = new RunnerProcess(simulator, jit)) {
            simulator.await(sim -> view("runner").online(), SOON);
            kill(hung);
            assertThat(view("runner").online()).isTrue();
            assertThat(successor.sees("exit=")).isFalse();
        }
    }

    @Test
    void gitHubDoesNotNoticeTheEndOfAProcessWhoseRunnerItHasDeregistered() throws Exception {
        faults.add(RunnerFault.of(Kind.NEVER_EXITS));
        Thread hung = run(jit("runner"), new CompletableFuture<>());
        simulator.await(sim -> view("runner").online(), SOON);
        client.call("DELETE", WireClient.AGENTS + "/1", "");
        kill(hung);
        assertThat(client.send(client.request("GET", simulator.uri() + "/sim/events?since=0", ""))
                        .json()
                        .findValuesAsText("kind"))
                .containsExactly(
                        "SCALE_SET_CREATED", "RUNNER_REGISTERED", "RUNNER_ONLINE", "RUNNER_REMOVED", "RUNNER_HUNG");
    }

    private static void kill(Thread runner) throws InterruptedException {
        runner.interrupt();
        runner.join();
    }

    private Thread run(String jit, CompletableFuture<RunnerExit> exit) {
        return Thread.ofVirtual().start(() -> {
            try {
                exit.complete(simulator.runRunner(jit));
            } catch (InterruptedException e) {
                exit.completeExceptionally(e);
            }
        });
    }

    @Test
    void affectsTheGivenNumberOfRunnersWithMatchingNames() {
        faults.add(RunnerFault.of(Kind.DEAF).runner("set-.*").times(2));
        assertThat(faults.hit(Kind.DEAF, "other-1")).isFalse();
        assertThat(faults.hit(Kind.NEVER_EXITS, "set-1")).isFalse();
        assertThat(faults.hit(Kind.DEAF, "set-1")).isTrue();
        assertThat(faults.remaining())
                .containsExactly(RunnerFault.of(Kind.DEAF).runner("set-.*").times(1));
        assertThat(faults.hit(Kind.DEAF, "set-2")).isTrue();
        assertThat(faults.hit(Kind.DEAF, "set-3")).isFalse();
        assertThat(faults.remaining()).isEmpty();
    }

    @Test
    void affectsARandomShareOfTheRunnersReproducibly() {
        faults.add(RunnerFault.of(Kind.DEAF).randomly(0.5));
        faults.seed(7);
        List<Boolean> first = hits();
        faults.seed(7);
        assertThat(hits()).isEqualTo(first);
        assertThat(first).contains(true, false);
        faults.clear();
        assertThat(hits()).doesNotContain(true);
    }

    private List<Boolean> hits() {
        return IntStream.range(0, 50)
                .mapToObj(i -> faults.hit(Kind.DEAF, "runner"))
                .toList();
    }
}

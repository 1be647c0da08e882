package io.github.arc4j.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobLifeCycleTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private GitHubSimulator simulator = GitHubSimulator.start();
    private WireClient client;
    private int scaleSet;

    @BeforeEach
    void connect() throws Exception {
        client = WireClient.connected(simulator, "org/repo");
        scaleSet = client.scaleSet("set");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void restart(SimulatorOptions options) throws Exception {
        simulator.close();
        simulator = GitHubSimulator.start(options);
        connect();
    }

    private String jit(String name) throws Exception {
        return client.jit(scaleSet, name).json().path("encodedJITConfig").asText();
    }

    private RunnerExit run(String name) throws Exception {
        return simulator.runRunner(jit(name));
    }

    @Test
    void jobPassesThroughAllStates() throws Exception {
        List<SimulatorEvent> events = new CopyOnWriteArrayList<>();
        simulator.subscribe(events::add);
        String jit = jit("runner-1");
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            long id = simulator.queueJob(JobRequest.builder("set")
                    .repository("org/repo")
                    .duration(Duration.ofMillis(20))
                    .exitCode(3)
                    .build());
            assertThat(simulator.runRunner(jit)).isEqualTo(new RunnerExit(3, "succeeded"));
            simulator.awaitJobs(summary -> summary.succeeded() == 1, SOON);
            Awaitility.await().atMost(SOON).until(() -> listener.elements.size() == 4);

            assertThat(listener.types()).containsExactly("JobAvailable", "JobAssigned", "JobStarted", "JobCompleted");
            JsonNode completed = listener.elements.get(3);
            assertThat(completed.path("result").asText()).isEqualTo("succeeded");
            assertThat(completed.path("runnerName").asText()).isEqualTo("runner-1");
            assertThat(completed.path("ownerName").asText()).isEqualTo("org");
            assertThat(completed.path("repositoryName").asText()).isEqualTo("repo");
            assertThat(List.of("queueTime", "scaleSetAssignTime", "runnerAssignTime", "finishTime"))
                    .extracting(key -> completed.path(key).asText())
                    .isSorted()
                    .doesNotContain("0001-01-01T00:00:00Z", "");
            assertThat(simulator.jobs())
                    .singleElement()
                    .satisfies(job -> assertThat(job.id()).isEqualTo(id))
                    .satisfies(job -> assertThat(job.state()).isEqualTo(JobState.COMPLETED));
            assertThat(simulator.runners()).isEmpty();
            // Subscribers are notified on another thread.
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(events)
                            .extracting(SimulatorEvent::kind)
                            .contains(Kind.JOB_QUEUED, Kind.JOB_STARTED, Kind.JOB_COMPLETED, Kind.RUNNER_REMOVED));
            assertThat(simulator.violations()).isEmpty();
        }
    }

    @Test
    void sendsTheFieldsOfAJob() throws Exception {
        simulator.queueJob(JobRequest.builder("set")
                .repository("org/repo")
                .workflow("release.yaml")
                .ref("refs/tags/v1")
                .displayName("build (17)")
                .eventName("schedule")
                .workflowRunId(77)
                .build());
        JsonNode offer =
                WireClient.elements(client.poll(client.session(scaleSet), 0, 1)).get(0);
        assertThat(offer.path("messageType").asText()).isEqualTo("JobAvailable");
        assertThat(offer.path("jobWorkflowRef").asText())
                .isEqualTo("org/repo/.github/workflows/release.yaml@refs/tags/v1");
        assertThat(offer.path("jobDisplayName").asText()).isEqualTo("build (17)");
        assertThat(offer.path("eventName").asText()).isEqualTo("schedule");
        assertThat(offer.path("workflowRunId").asLong()).isEqualTo(77);
        assertThat(offer.path("jobId").asText()).hasSize(36);
        assertThat(offer.at("/requestLabels/0").asText()).isEqualTo("set");
        assertThat(offer.path("acquireJobUrl").asText()).endsWith("/acquirejobs");
        assertThat(offer.path("runnerAssignTime").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(offer.has("result")).isFalse();
    }

    @Test
    void assignedJobWaitsForAnIdleRunner() throws Exception {
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.assigned() == 1, SOON);
            jit("never-online");
            assertThat(simulator.summary().assigned()).isEqualTo(1);
            assertThat(simulator.scaleSets().get(0).statistics()).isEqualTo(new Statistics(0, 0, 1, 0, 1, 0, 0));
            run("online");
            simulator.awaitJobs(jobs -> jobs.succeeded() == 1, SOON);
            assertThat(simulator.jobs().get(0).runner()).isEqualTo("online");
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void jobThatNoRunnerTakesIsCanceledAndRequeuedUpToThreeAttempts() throws Exception {
        restart(SimulatorOptions.builder()
                .assignTimeout(Duration.ofMillis(20))
                .requeueDelay(Duration.ofMillis(5))
                .build());
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.canceled() == 1, SOON);
            assertThat(simulator.jobs().get(0).attempt()).isEqualTo(3);
            Awaitility.await().atMost(SOON).until(() -> listener.elements.size() == 9);
            List<JsonNode> ends = listener.elements.stream()
                    .filter(element -> element.path("messageType").asText().equals("JobCompleted"))
                    .toList();
            assertThat(ends).hasSize(3).allSatisfy(end -> {
                assertThat(end.path("result").asText()).isEqualTo("canceled");
                assertThat(end.path("runnerId").asLong()).isZero();
                assertThat(end.path("runnerAssignTime").asText()).isEqualTo("0001-01-01T00:00:00Z");
                assertThat(end.path("finishTime").asText()).isNotEqualTo("0001-01-01T00:00:00Z");
            });
            assertThat(ends)
                    .extracting(end -> end.path("runnerRequestId").asLong())
                    .doesNotHaveDuplicates();
            assertThat(simulator.violations()).isEmpty();
        }
    }

    @Test
    void offersJobsAgainThatAreNotAcquired() throws Exception {
        restart(SimulatorOptions.builder().reofferAfter(Duration.ofMillis(50)).build());
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Session session = client.session(scaleSet);
        JsonNode first = WireClient.elements(client.poll(session, 0, 1));
        JsonNode second = WireClient.elements(client.poll(session, 1, 1));
        assertThat(second.at("/0/runnerRequestId")).isEqualTo(first.at("/0/runnerRequestId"));
        AtomicLong last = new AtomicLong(2);
        Awaitility.await().atMost(SOON).until(() -> {
            client.acquire(scaleSet, session, "[1001]"); // may be too late, in which case the job is offered again
            return WireClient.elements(client.poll(session, last.getAndIncrement(), 1))
                    .findValuesAsText("messageType")
                    .contains("JobAssigned");
        });
    }

    @Test
    void jobIsAcquiredOnlyOnce() throws Exception {
        simulator.queueJob(JobRequest.of("set"));
        WireClient.Session session = client.session(scaleSet);
        client.poll(session, 0, 1);
        assertThat(client.acquire(scaleSet, session, "[1001]")
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        assertThat(client.acquire(scaleSet, session, "[1001]")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void assignmentCanBeDelayed() throws Exception {
        restart(SimulatorOptions.builder().assignDelay(Duration.ofMillis(50)).build());
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            List<SimulatorEvent> events = new CopyOnWriteArrayList<>();
            simulator.subscribe(events::add);
            simulator.queueJob(JobRequest.of("set"));
            simulator.awaitJobs(jobs -> jobs.assigned() == 1, SOON);
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(events)
                            .extracting(SimulatorEvent::kind)
                            .containsSubsequence(Kind.JOB_ACQUIRED, Kind.JOB_ASSIGNED));
            JobView job = simulator.jobs().get(0);
            assertThat(Duration.between(job.acquiredAt(), job.assignedAt())).isGreaterThan(Duration.ofMillis(45));
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void jobsCanBeAssignedWithoutBeingOffered() throws Exception {
        restart(SimulatorOptions.builder()
                .assignment(SimulatorOptions.Assignment.DIRECT)
                .build());
        simulator.queueJobs(JobRequest.of("set"), 3);
        WireClient.Response message = client.poll(client.session(scaleSet), 0, 2);
        assertThat(WireClient.elements(message).findValuesAsText("messageType"))
                .containsExactly("JobAssigned", "JobAssigned");
        assertThat(message.json().at("/statistics/totalAssignedJobs").asInt()).isEqualTo(2);
        assertThat(simulator.summary().queued()).isEqualTo(1);
    }

    @Test
    void jobsCanBeCanceledInEveryState() throws Exception {
        String jit = jit("runner");
        long queued = simulator.queueJob(JobRequest.of("nobody"));
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            long assigned = simulator.queueJob(
                    JobRequest.builder("set").duration(Duration.ofMinutes(1)).build());
            simulator.awaitJobs(jobs -> jobs.assigned() == 1, SOON);
            try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
                simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
                assertThat(simulator.cancelJob(queued)).isTrue();
                assertThat(simulator.cancelJob(assigned)).isTrue();
                assertThat(simulator.cancelJob(assigned)).isFalse();
                assertThat(runner.exit()).isEqualTo("exit=0 result=canceled");
            }
            assertThat(simulator.summary().canceled()).isEqualTo(2);
            assertThat(listener.elements).isNotEmpty();
        }
    }

    @Test
    void aRunningJobCanBeFinishedBeforeItsTime() throws Exception {
        String jit = jit("runner");
        try (Listener listener = new Listener(client, scaleSet, 10)) {
            long job = simulator.queueJob(JobRequest.builder("set")
                    .duration(Duration.ofMinutes(1))
                    .result("failed")
                    .exitCode(3)
                    .build());
            simulator.awaitJobs(jobs -> jobs.assigned() == 1, SOON);
            assertThat(simulator.finishJob(job)).isFalse();
            try (RunnerProcess runner = new RunnerProcess(simulator, jit)) {
                simulator.awaitJobs(jobs -> jobs.running() == 1, SOON);
                assertThat(simulator.finishJob(job)).isTrue();
                assertThat(simulator.finishJob(job)).isFalse();
                assertThat(runner.exit()).isEqualTo("exit=3 result=failed");
            }
            Awaitility.await().atMost(SOON).until(() -> listener.types().contains("JobCompleted"));
        }
    }

    @Test
    void jobGoesToAScaleSetThatHasAllItsLabelsAndCoversItsRepository() throws Exception {
        simulator.queueJob(JobRequest.builder("set", "gpu").build());
        simulator.queueJob(JobRequest.builder("set").repository("org/other").build());
        simulator.queueJob(JobRequest.of("set"));
        assertThat(WireClient.elements(client.poll(client.session(scaleSet), 0, 10)))
                .hasSize(1);
        assertThat(simulator.summary().queued()).isEqualTo(2);

        WireClient organization = WireClient.connected(simulator, "org");
        int big = organization
                .call(
                        "POST",
                        WireClient.SETS,
                        "{\"name\":\"big\",\"runnerGroupId\":1,\"labels\":[{\"name\":\"SET\"},{\"name\":\"gpu\"}],"
                                + "\"RunnerSetting\":{},\"createdOn\":\"0001-01-01T00:00:00Z\"}")
                .json()
                .path("id")
                .asInt();
        WireClient.Response offers = organization.poll(organization.session(big), 0, 10);
        assertThat(WireClient.elements(offers)).hasSize(2);
    }

    @Test
    void countsGroupsSeparately() {
        simulator.queueJobs(JobRequest.builder("set").group("one").build(), 3);
        simulator.queueJob(JobRequest.builder("set").group("two").build());
        assertThat(simulator.summary("one").total()).isEqualTo(3);
        assertThat(simulator.summary("two").total()).isEqualTo(1);
        assertThat(simulator.summary("three").total()).isZero();
        assertThat(simulator.summary().total()).isEqualTo(4);
    }

    @Test
    void awaitTimesOutIfTheConditionIsNotSatisfied() {
        assertThatThrownBy(() -> simulator.awaitJobs(jobs -> jobs.total() == 1, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class);
    }
}

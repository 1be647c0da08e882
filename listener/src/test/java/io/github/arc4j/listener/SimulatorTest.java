package io.github.arc4j.listener;

import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.UserAgent;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.state.SessionObserver;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.ListenerConfig.AppConfig;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.JobRequest;
import io.github.arc4j.simulator.JobSummary;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The listener and the real client with the simulator: whatever fails, every job is run exactly once. */
@Execution(ExecutionMode.CONCURRENT)
class SimulatorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_RESPONSE_BYTES = 1 << 20;

    private GitHubSimulator github = GitHubSimulator.start(options().build());
    private ActionsClient client = clientOfRunners();
    private int scaleSetId;
    private SimulatedRunners runners;

    private static SimulatorOptions.Builder options() {
        return SimulatorOptions.builder()
                .pollTimeout(Duration.ofMillis(400))
                .sessionTimeout(Duration.ofMillis(700))
                .reofferAfter(Duration.ofMillis(500));
    }

    private ActionsClient clientOfRunners() {
        Duration onABusyMachine = Duration.ofSeconds(5);
        return client(
                RetrySettings.DEFAULT, new Timeouts(onABusyMachine, onABusyMachine, onABusyMachine, onABusyMachine), 0);
    }

    private ActionsClient client(RetrySettings retries, Timeouts timeouts, int scaleSet) {
        return ActionsClient.builder(
                        ConfigUrl.parse(github.configUrl("acme/app")), () -> new PersonalAccessToken("sim-pat"))
                .userAgent(new UserAgent("actions-runner-controller", "test", "test", scaleSet, "ghalistener"))
                .timeouts(timeouts)
                .retry(retries)
                .maxResponseBytes(MAX_RESPONSE_BYTES)
                .build();
    }

    /** Real pauses, but shorter, because the simulator's own time limits are short as well. */
    static final Timing SHORT_PAUSES = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(Math.min(duration.toMillis(), 50));
        }
    };

    @BeforeEach
    void createScaleSet() throws InterruptedException {
        scaleSetId = client.createScaleSet(
                        RunnerScaleSet.builder().name("arc").runnerGroupId(1).build())
                .id();
        runners = new SimulatedRunners(github, client, scaleSetId);
    }

    @AfterEach
    void stop() {
        runners.close();
        client.close();
        github.close();
    }

    private final class Running implements AutoCloseable {
        /** A call that hangs fails within the test; on a busy machine, others can, too. */
        static final Timeouts SHORT_TIMEOUTS = new Timeouts(
                Duration.ofSeconds(2), Duration.ofMillis(600), Duration.ofMillis(900), Duration.ofSeconds(1));

        private final ActionsClient own;
        private final ListenerMetrics metrics;
        private final Listener listener;

        Running() {
            this(Timeouts.DEFAULT);
        }

        Running(Timeouts timeouts) {
            own = client(
                    new RetrySettings(2, Duration.ofMillis(10), 2, Duration.ofMillis(50), 0, Duration.ofMillis(100)),
                    timeouts,
                    scaleSetId);
            ListenerConfig config = ListenerConfig.builder()
                    .configureUrl(github.configUrl("acme/app"))
                    .credentials(AppConfig.ofToken("sim-pat"))
                    .ephemeralRunnerSetNamespace("ns")
                    .ephemeralRunnerSetName("ers")
                    .runnerScaleSetId(scaleSetId)
                    .runnerScaleSetName("arc")
                    .minRunners(0)
                    .maxRunners(20)
                    .build();
            metrics = new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl()));
            listener = new Listener(config, own, runners, metrics, "host-1", SHORT_PAUSES, SessionObserver.NONE);
            Thread.startVirtualThread(listener);
        }

        double metric(String result) {
            return RunningListener.value(metrics, "gha_listener_messages_total", "result", result);
        }

        @Override
        public void close() {
            listener.close();
            own.close();
        }
    }

    private void queue(int jobs) {
        github.queueJobs(
                JobRequest.builder("arc").duration(Duration.ofMillis(5)).build(), jobs);
    }

    private void awaitSucceeded(int jobs) throws Exception {
        github.awaitJobs(summary -> summary.succeeded() >= jobs, LIMIT);
        JobSummary summary = github.summary();
        assertThat(summary.succeeded()).isEqualTo(jobs);
        assertThat(summary.unfinished() + summary.failed() + summary.canceled()).isZero();
        assertThat(github.jobs()).allMatch(job -> job.attempt() == 1);
    }

    @Test
    void aBurstOfJobsIsDoneAndTheSessionDeleted() throws Exception {
        try (Running listener = new Running()) {
            queue(100);
            awaitSucceeded(100);
            eventually(() -> runners.marked.size() == 100);
        }
        assertThat(github.sessions()).isEmpty();
        assertThat(github.violations()).isEmpty();
    }

    private static final String SESSION = ".*/sessions/.*";

    /** HTTP method and path of each call that a listener makes, by name. */
    private static final Map<String, String[]> CALLS = Map.of(
            "open session", new String[] {"POST", ".*/sessions"},
            "refresh session", new String[] {"PATCH", SESSION},
            "close session", new String[] {"DELETE", SESSION},
            "poll", new String[] {"GET", ".*/messages"},
            "delete message", new String[] {"DELETE", ".*/messages/.*"},
            "acquire", new String[] {"POST", ".*/acquirejobs"},
            "registration token", new String[] {"POST", ".*/registration-token"},
            "admin connection", new String[] {"POST", ".*/runner-registration"});

    static Stream<Arguments> callsAndFaults() {
        return CALLS.entrySet().stream()
                .flatMap(call -> faults(call.getValue()[0], call.getValue()[1]).entrySet().stream()
                        .map(fault -> Arguments.argumentSet(call.getKey() + ": " + fault.getKey(), fault.getValue())));
    }

    private static Map<String, Fault> faults(String method, String path) {
        Fault fault = Fault.on(method, path).times(6);
        return Map.ofEntries(
                Map.entry("dropped before", fault),
                Map.entry("dropped after", fault.afterTheEffect()),
                Map.entry("500 before", fault.answering(500, "oops")),
                Map.entry("500 after", fault.answering(500, "oops").afterTheEffect()),
                Map.entry("503", fault.answering(503, "", Map.of("Retry-After", "0"))),
                Map.entry("429", fault.answering(429, "", Map.of("Retry-After", "1"))),
                Map.entry("401", fault.answering(401, "{}")),
                Map.entry("404", fault.answering(404, "{}")),
                Map.entry("400", fault.answering(400, "{\"typeName\":\"X\",\"message\":\"no\"}")),
                Map.entry("empty", fault.answering(200, "")),
                Map.entry("garbage", fault.garbage()),
                Map.entry("truncated", fault.truncating()),
                Map.entry("hanging before", fault.times(2).hanging(Duration.ofSeconds(2))),
                Map.entry(
                        "hanging after",
                        fault.times(2).hanging(Duration.ofSeconds(2)).afterTheEffect()));
    }

    @ParameterizedTest
    @MethodSource("callsAndFaults")
    void everyFaultOfEveryCallHeals(Fault fault) throws Exception {
        github.faults().add(fault);
        try (Running listener = new Running(Running.SHORT_TIMEOUTS)) {
            queue(3);
            eventually(() -> github.summary().queued() < 3 || github.faults().hits() > 0);
            github.revokeQueueTokens();
            awaitSucceeded(3);
            if (!isCloseOfSession(fault)) {
                eventually(() -> github.faults().hits() > 0); // jobs may be done before a call of this kind is made
            }
        }
        assertThat(github.faults().hits()).isPositive();
    }

    private static boolean isCloseOfSession(Fault fault) {
        return fault.method().equals("DELETE") && fault.path().equals(SESSION);
    }

    @Test
    void elementsThatCannotBeReadDoNotSpoilTheirMessage() throws Exception {
        github.faults()
                .add(Fault.on("GET", ".*/messages")
                        .addingElements("[null,{\"messageType\":\"JobTeleported\",\"runnerRequestId\":\"x\"},"
                                + "{\"messageType\":\"JobStarted\",\"runnerId\":\"y\"}]")
                        .times(-1));
        try (Running listener = new Running()) {
            queue(3);
            awaitSucceeded(3);
            assertThat(listener.metric("unreadable_element")).isPositive();
            assertThat(listener.metric("unreadable")).isZero();
        }
    }

    @Test
    void messagesThatAreTooLargeAreSkippedAndTheirJobsAreDone() throws Exception {
        github.faults()
                .add(Fault.on("GET", ".*/messages")
                        .addingElements("[\"" + "x".repeat(MAX_RESPONSE_BYTES) + "\"]")
                        .times(6));
        try (Running listener = new Running()) {
            queue(3);
            awaitSucceeded(3);
            assertThat(listener.metric("unreadable")).isPositive();
        }
        assertThat(github.sessions()).isEmpty();
    }

    @Test
    void theTableHasEveryCallOfAListener() throws Exception {
        try (Running listener = new Running()) {
            queue(3);
            awaitSucceeded(3);
            github.revokeQueueTokens();
            queue(1);
            awaitSucceeded(4);
        }
        assertThat(github.calls().keySet())
                .filteredOn(call -> CALLS.values().stream().noneMatch(known -> call.matches(known[0] + " " + known[1])))
                .as("calls of a listener that are not in the table, beside those of this test")
                .containsExactlyInAnyOrder(
                        "POST /_apis/runtime/runnerscalesets",
                        "POST /_apis/runtime/runnerscalesets/{id}/generatejitconfig");
    }

    @Test
    void jobsAreDoneOnceWithRandomFaults() throws Exception {
        github.faults().seed(42);
        github.faults()
                .add(Fault.on(".*", ".*/messages.*|.*/sessions.*|.*/acquirejobs")
                        .randomly(0.05));
        github.faults()
                .add(Fault.on(".*", ".*/messages.*|.*/sessions.*|.*/acquirejobs")
                        .answering(502, "bad gateway")
                        .afterTheEffect()
                        .randomly(0.05));
        try (Running listener = new Running()) {
            for (int i = 0; i < 20; i++) {
                queue(10);
            }
            awaitSucceeded(200);
        }
        assertThat(github.faults().hits()).isPositive();
        assertThat(github.violations()).isEmpty();
    }

    @Test
    void jobsAreDoneOnceByAGitHubThatIsLessKind() throws Exception {
        stop();
        github = GitHubSimulator.start(options()
                .registrationTokenDelay(Duration.ofMillis(300))
                .refreshStatistics(false)
                .redeliver(true)
                .build());
        client = clientOfRunners();
        createScaleSet();
        try (Running listener = new Running()) {
            for (int i = 1; i <= 3; i++) {
                queue(20);
                github.revokeQueueTokens();
                awaitSucceeded(20 * i);
            }
            assertThat(listener.metric("handled")).isPositive();
        }
        assertThat(github.sessions()).isEmpty();
    }

    @Test
    void sessionsThatGitHubEndsAreReplaced() throws Exception {
        try (Running listener = new Running()) {
            for (int i = 1; i <= 5; i++) {
                queue(4);
                github.expireSessions();
                awaitSucceeded(4 * i);
            }
        }
        assertThat(github.sessions()).isEmpty();
        assertThat(github.violations()).isEmpty();
    }

    @Test
    void allTokensMayEndAtAnyTime() throws Exception {
        try (Running listener = new Running()) {
            for (int i = 1; i <= 5; i++) {
                github.revokeAdminTokens();
                github.revokeQueueTokens();
                queue(4);
                awaitSucceeded(4 * i);
            }
        }
    }

    @Test
    void aSessionThatWasLeftBehindIsWaitedOut() throws Exception {
        MessageSession left = client.openSession(scaleSetId, "a pod that died");
        try (Running listener = new Running()) {
            queue(2);
            awaitSucceeded(2);
            assertThat(github.sessions()).noneMatch(session -> session.id().equals(left.id()));
        }
    }

    @Test
    void wrongCredentialsHealWhenTheyAreAcceptedAgain() throws Exception {
        github.acceptTokens(Set.of("another"));
        github.revokeAdminTokens();
        try (Running listener = new Running()) {
            queue(2);
            eventually(() -> listener.listener.readinessProblem().orElse("").contains("refused"));
            assertThat(listener.listener.readinessProblem().orElse(""))
                    .as("Events say it, so it has to stay the same")
                    .contains("401 Unauthorized")
                    .doesNotContain("activity_id", "request_id");
            assertThat(listener.listener.livenessProblem()).isEmpty();
            github.acceptTokens(Set.of("sim-pat"));
            awaitSucceeded(2);
            eventually(() -> listener.listener.readinessProblem().isEmpty());
        }
    }
}

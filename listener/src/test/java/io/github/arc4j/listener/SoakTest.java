package io.github.arc4j.listener;

import static io.github.arc4j.listener.Jobs.available;
import static io.github.arc4j.listener.Jobs.completed;
import static io.github.arc4j.listener.Jobs.started;
import static io.github.arc4j.listener.RunningListener.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.UserAgent;
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
import io.github.arc4j.simulator.faults.Faults;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs many jobs through one listener. */
@ExtendWith(QuietLog.class)
class SoakTest {
    private static final int JOBS = 20_000;
    private static final int RUNNERS = 200;

    private static ActionsClient client(GitHubSimulator github, int scaleSet) {
        return ActionsClient.builder(
                        ConfigUrl.parse(github.configUrl("acme/app")), () -> new PersonalAccessToken("sim-pat"))
                .userAgent(new UserAgent("actions-runner-controller", "test", "test", scaleSet, "ghalistener"))
                .retry(new RetrySettings(3, Duration.ofMillis(5), 2, Duration.ofMillis(20), 0, Duration.ofMillis(100)))
                .build();
    }

    @Test
    void twentyThousandJobsAreStartedExactlyOnceWhileOneCallInTwentyFails() throws Exception {
        runJobs(SimulatorOptions.builder(), JOBS, faults -> {
            faults.seed(7);
            String calls = ".*/messages.*|.*/sessions.*|.*/acquirejobs";
            faults.add(Fault.on(".*", calls).randomly(0.025));
            faults.add(Fault.on(".*", calls)
                    .answering(502, "bad gateway")
                    .afterTheEffect()
                    .randomly(0.025));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 17})
    void allJobsAreStartedExactlyOnceInABadWorld(long seed) throws Exception {
        runJobs(SimulatorOptions.builder().badWorld(seed), 500, faults -> faults.badWorld(seed));
    }

    /** @param spoil injects faults once the scale set exists */
    private static void runJobs(SimulatorOptions.Builder options, int jobs, Consumer<Faults> spoil) throws Exception {
        try (GitHubSimulator github = GitHubSimulator.start(
                        options.reofferAfter(Duration.ofSeconds(2)).build());
                ActionsClient client = client(github, 0)) {
            github.faults().clear();
            int scaleSetId = client.createScaleSet(RunnerScaleSet.builder()
                            .name("arc")
                            .runnerGroupId(1)
                            .build())
                    .id();
            spoil.accept(github.faults());
            ListenerConfig config = ListenerConfig.builder()
                    .configureUrl(github.configUrl("acme/app"))
                    .credentials(AppConfig.ofToken("sim-pat"))
                    .ephemeralRunnerSetNamespace("ns")
                    .ephemeralRunnerSetName("ers")
                    .runnerScaleSetId(scaleSetId)
                    .runnerScaleSetName("arc")
                    .minRunners(0)
                    .maxRunners(RUNNERS)
                    .build();
            try (SimulatedRunners runners = new SimulatedRunners(github, client, scaleSetId);
                    ActionsClient own = client(github, scaleSetId);
                    Listener listener = new Listener(
                            config,
                            own,
                            runners,
                            new ListenerMetrics(config, ConfigUrl.parse(config.configureUrl())),
                            "host-1",
                            SimulatorTest.SHORT_PAUSES,
                            SessionObserver.NONE)) {
                Thread.startVirtualThread(listener);
                github.queueJobs(
                        JobRequest.builder("arc").duration(Duration.ofMillis(1)).build(), jobs);
                github.awaitJobs(summary -> summary.succeeded() >= jobs, Duration.ofSeconds(150));
                eventually(Duration.ofMinutes(1), () -> runners.marked.size() == jobs);
            }
            JobSummary summary = github.summary();
            assertThat(summary.succeeded()).isEqualTo(jobs);
            assertThat(summary.unfinished() + summary.failed() + summary.canceled())
                    .isZero();
            assertThat(github.jobs()).allMatch(job -> job.attempt() == 1);
            assertThat(github.faults().hits()).isGreaterThan(jobs / 200);
            assertThat(github.violations()).isEmpty();
            // If its deletion has failed, too, a session expires.
            eventually(Duration.ofMinutes(1), () -> github.sessions().isEmpty());
        }
    }

    @Test
    void theHeapDoesNotGrowWithTheJobs() {
        FakeGitHub github = new FakeGitHub();
        FakeCluster cluster = new FakeCluster(github.calls);
        try (RunningListener listener = new RunningListener(github, cluster)) {
            passJobs(github, cluster, 1, 4_000);
            long before = usedHeap();
            passJobs(github, cluster, 4_001, JOBS);
            assertThat(usedHeap() - before).isLessThan(1 << 20);
        }
    }

    private static void passJobs(FakeGitHub github, FakeCluster cluster, int first, int last) {
        for (int id = first; id <= last; id++) {
            github.send(
                    1,
                    available(id),
                    started(id, "runner-" + id),
                    completed(Math.max(1, id - 1), "runner-" + (id - 1)));
            if (id % 50 == 0 || id == last) {
                eventually(() -> github.undeleted().isEmpty());
                github.calls.clear();
                github.acquired.clear();
                cluster.busyRunners.clear();
                cluster.completedRunners.clear();
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

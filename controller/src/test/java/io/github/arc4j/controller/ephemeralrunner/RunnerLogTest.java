package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

class RunnerLogTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.500Z");

    private Instant now = START;
    private final ResourceCache<EphemeralRunner> runners = new ResourceCache<>(EphemeralRunner.class);
    private final RunnerLog runnerLog = new RunnerLog(
            runners,
            new RunnerMetrics(
                    new CollectorRegistry(),
                    new ResourceCache<>(AutoscalingRunnerSet.class),
                    new ResourceCache<>(EphemeralRunnerSet.class)),
            () -> now);

    private EphemeralRunner runner(String created) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName("runner");
        runner.getMetadata().setUid("uid");
        runner.getMetadata().setCreationTimestamp(created);
        runners.written(runner);
        return runner;
    }

    private EphemeralRunner withJob(EphemeralRunner runner, String phase) {
        runner.setStatus(EphemeralRunnerStatus.builder()
                .phase(phase)
                .jobId("0b1c")
                .jobDisplayName("build")
                .jobRepositoryName("org/repo")
                .jobWorkflowRef("org/repo/.github/workflows/ci.yaml@refs/heads/main")
                .workflowRunId(5)
                .build());
        return runner;
    }

    private static Pod endedPod() {
        return runningPod()
                .edit()
                .editStatus()
                .withPhase("Succeeded")
                .withContainerStatuses()
                .endStatus()
                .build();
    }

    private static Pod runningPod() {
        return new PodBuilder()
                .withNewMetadata()
                .withUid("pod")
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    @Test
    void aPodThatAnOlderRunnerGetsLaterIsLoggedOnce() {
        EphemeralRunner older = runner("2025-12-31T23:00:00Z");
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(older, null);
            runnerLog.observe(older, runningPod());
            runnerLog.observe(older, runningPod());
            assertThat(log.messages()).containsExactly("The runner's pod is running on node node");
        }
    }

    @Test
    void aJobStartsAndFinishesOnceWhoeverSeesItsEnd() {
        EphemeralRunner runner = runner("2026-01-01T00:00:00Z");
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner, runningPod());
            runnerLog.removing(runner, RunnerEnding.SURPLUS); // idle
            withJob(runner, "Running");
            runnerLog.observe(runner, runningPod());
            runnerLog.observe(runner, endedPod());
            runnerLog.observe(runner, endedPod());
            runnerLog.observe(runner, null);
            runnerLog.removing(runner, RunnerEnding.FINISHED);
            assertThat(log.messages())
                    .containsExactly(
                            "The runner's pod is running on node node",
                            "The runner's job has started",
                            "The runner's job has finished");
            assertThat(log.lines().getFirst().fields()).isEmpty();
            assertThat(log.lines())
                    .last()
                    .satisfies(line -> assertThat(line.fields())
                            .isEqualTo(Map.of(
                                    "job", "build",
                                    "jobID", "0b1c",
                                    "repository", "org/repo",
                                    "workflow", "org/repo/.github/workflows/ci.yaml@refs/heads/main",
                                    "run", "5")));
        }
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void theJobOfARunnerThatIsRemovedBeforeItsPodEndsFinishesOnce() {
        EphemeralRunner runner = withJob(runner("2026-01-01T00:00:00Z"), "Running");
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner, null);
            runnerLog.removing(runner, RunnerEnding.FINISHED);
            runnerLog.removing(runner, RunnerEnding.FINISHED);
            runnerLog.observe(runner, null);
            runnerLog.observe(runner, endedPod());
            assertThat(log.messages()).containsExactly("The runner's job has started", "The runner's job has finished");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POD_LOST", "JOB_LOST", "FORCED"})
    void aJobThatIsLostHasNotFinished(RunnerEnding ending) {
        EphemeralRunner runner = withJob(runner("2026-01-01T00:00:00Z"), "Running");
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner, null);
            runnerLog.removing(runner, ending);
            assertThat(log.messages()).containsExactly("The runner's job has started");
        }
    }

    /** A final phase is written after the end of the job was logged. */
    @ParameterizedTest
    @CsvSource({"Running, true, 1", "Running, false, 1", "Failed, true, 0", "Failed, false, 0"})
    void aNewProcessMayRepeatTheEndOfAJobUnlessThePhaseIsFinal(String phase, boolean hasPod, int lines) {
        EphemeralRunner older = withJob(runner("2025-12-31T23:00:00Z"), phase);
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(older, hasPod ? endedPod() : null);
            runnerLog.removing(older, RunnerEnding.FINISHED);
            runnerLog.observe(older, null);
            assertThat(log.messages()).hasSize(lines).allMatch("The runner's job has finished"::equals);
        }
    }

    @Test
    void theInitialStateOfAnOlderRunnerIsNotLogged() {
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner("2025-12-31T23:59:59Z"), runningPod());
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void theStartIsTheTimeAtWhichAStandbyTakesOver() {
        now = START.plusSeconds(3600);
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner("2026-01-01T00:59:00Z"), runningPod());
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void aRunnerCreatedInTheSecondOfTheStartIsNotOlder() {
        try (CapturedLog log = CapturedLog.of(RunnerLog.class)) {
            runnerLog.observe(runner("2026-01-01T00:00:00Z"), runningPod());
            assertThat(log.messages()).hasSize(1);
        }
    }
}

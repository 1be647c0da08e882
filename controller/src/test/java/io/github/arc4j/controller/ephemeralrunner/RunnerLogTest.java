package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

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

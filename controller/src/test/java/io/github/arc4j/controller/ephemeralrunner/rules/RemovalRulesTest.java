package io.github.arc4j.controller.ephemeralrunner.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemovalRulesTest {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private static EphemeralRunner runner(String jobId, List<String> finalizers) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setCreationTimestamp(CREATED.toString());
        runner.getMetadata().setFinalizers(finalizers);
        runner.setStatus(EphemeralRunnerStatus.builder().jobId(jobId).build());
        return runner;
    }

    private static Pod pod(String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }

    @Test
    void aRunnerWithAJobAndWithoutFinalizersIsBeingRemoved() {
        EphemeralRunner released = runner("job", List.of());
        assertThat(RemovalRules.hasBegun(released, null)).isTrue();
        assertThat(RemovalRules.hasBegun(released, pod("Failed"))).isTrue();
        assertThat(RemovalRules.hasBegun(released, pod("Running"))).isFalse();
        assertThat(RemovalRules.hasBegun(runner("", List.of()), null)).isFalse();
        assertThat(RemovalRules.hasBegun(runner("job", Finalizers.OF_EPHEMERAL_RUNNER), null))
                .isFalse();
    }

    @Test
    void theDelayOfAJobThatEndsGrowsWithinLimits() {
        assertThat(RemovalRules.jobEndingDelay(CREATED, CREATED)).isEqualTo(Duration.ofSeconds(1));
        assertThat(RemovalRules.jobEndingDelay(CREATED, CREATED.plusSeconds(8))).isEqualTo(Duration.ofSeconds(8));
        assertThat(RemovalRules.jobEndingDelay(CREATED, CREATED.plusSeconds(80)))
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void otherContainersOfARetainedRunnerMayRunForAMinute() {
        EphemeralRunner runner = runner("", List.of());
        Instant now = CREATED.plusSeconds(45);
        assertThat(RemovalRules.untilPodMustEnd(runner, pod("Running"), now)).isEqualTo(Duration.ofSeconds(15));
        assertThat(RemovalRules.untilPodMustEnd(runner, pod("Failed"), now)).isNull();
        assertThat(RemovalRules.untilPodMustEnd(runner, null, now)).isNull();
    }
}

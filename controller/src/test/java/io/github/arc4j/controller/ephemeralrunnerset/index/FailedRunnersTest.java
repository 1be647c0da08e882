package io.github.arc4j.controller.ephemeralrunnerset.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedRunnersTest {
    private static final String CREATED = "2026-01-01T00:00:00Z";

    private static EphemeralRunner failedAt(String time) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName("runner");
        runner.getMetadata().setCreationTimestamp(CREATED);
        runner.setStatus(EphemeralRunnerStatus.builder()
                .message("it failed")
                .conditions(List.of(new ConditionBuilder()
                        .withType(Conditions.READY)
                        .withStatus("False")
                        .withLastTransitionTime(time)
                        .build()))
                .build());
        return runner;
    }

    @Test
    void aRunnerHasFailedSinceItIsNotReady() {
        assertThat(FailedRunners.since(failedAt("2026-01-01T00:00:10Z")))
                .isEqualTo(Instant.parse("2026-01-01T00:00:10Z"));
        EphemeralRunner other = failedAt("2026-01-01T00:00:10Z");
        other.setStatus(null);
        assertThat(FailedRunners.since(other)).isEqualTo(Instant.parse(CREATED));
    }

    /** Whoever may write the status can write times that the API server accepts, but nobody can read. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00ZTx", ""})
    void aRunnerWithAnUnreadableTimeFailedLongAgo(String time) {
        assertThat(FailedRunners.since(failedAt(time))).isEqualTo(Instant.EPOCH);
        assertThat(FailedRunners.latestMessage(List.of(failedAt(CREATED), failedAt(time))))
                .isEqualTo("runner: it failed");
    }
}

package io.github.arc4j.cli.snapshot;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import java.util.Locale;

/** What a runner is doing. */
public enum RunnerState {
    STARTING,
    IDLE,
    BUSY,
    ENDING,
    FAILED,
    /** Failed, and kept for inspection. */
    RETAINED,
    OUTDATED;

    public static RunnerState of(EphemeralRunner runner) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        Conditions conditions = Conditions.of(runner);
        if (Times.deleted(runner).isPresent() || status.phase().equals(Phase.SUCCEEDED)) {
            return ENDING;
        }
        if (conditions.isTrue("Retained")) {
            return RETAINED;
        }
        return switch (status.phase()) {
            case Phase.FAILED -> FAILED;
            case Phase.OUTDATED -> OUTDATED;
            default -> {
                if (status.hasJob()) {
                    yield conditions.isTrue("JobCompleted") ? ENDING : BUSY;
                }
                yield status.phase().equals(Phase.RUNNING) ? IDLE : STARTING;
            }
        };
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

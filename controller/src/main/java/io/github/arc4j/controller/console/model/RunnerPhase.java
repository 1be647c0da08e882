package io.github.arc4j.controller.console.model;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.runners.HungRunner;
import java.util.Locale;

/** What a runner does. Phases that need attention come first. */
enum RunnerPhase {
    /** It cannot start at present; Kubernetes keeps trying. */
    STUCK,
    /** It failed, or GitHub rejects its version. */
    FAILED,
    BUSY,
    STARTING,
    /** Its job has ended, or it is being deleted. */
    ENDING,
    IDLE,
    /** It no longer exists. */
    DONE;

    static RunnerPhase of(EphemeralRunner runner) {
        return switch (RunnerState.of(runner)) {
            case DELETING, FINISHED -> ENDING;
            case FAILED, RETAINED, OUTDATED -> FAILED;
            case PENDING, RUNNING -> ofAlive(runner);
        };
    }

    /** Whether the runner does not run, for a reason that is in its status. */
    boolean isProblem() {
        return this == STUCK || this == FAILED;
    }

    private static RunnerPhase ofAlive(EphemeralRunner runner) {
        if (runner.hasJob()) {
            return HungRunner.jobCompleted(runner).isPresent() ? ENDING : BUSY;
        }
        if (RunnerState.of(runner) == RunnerState.RUNNING) {
            return IDLE;
        }
        return runner.statusOrEmpty().reason().isEmpty() ? STARTING : STUCK;
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

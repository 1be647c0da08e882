package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Instant;
import java.util.Optional;

/** Runners that get no job although they are running. Conditions in their status say so. */
public final class HungRunner {
    /** Condition type: whether the runner is connected to GitHub. Written only after it was not. */
    public static final String ONLINE = "Online";

    /** Condition type: the runner's job has completed, but the runner has not exited. */
    public static final String JOB_COMPLETED = "JobCompleted";

    private HungRunner() {}

    public static boolean isHung(EphemeralRunner runner) {
        return offlineSince(runner).isPresent() || jobCompleted(runner).isPresent();
    }

    /** Since when the status reports that the idle runner is not connected to GitHub. */
    public static Optional<Instant> offlineSince(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), ONLINE, false);
    }

    /** When the runner's job completed, if the status contains it. */
    public static Optional<Instant> jobCompleted(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), JOB_COMPLETED, true);
    }
}

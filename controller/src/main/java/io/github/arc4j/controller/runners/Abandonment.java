package io.github.arc4j.controller.runners;

import java.util.function.BooleanSupplier;

/**
 * When the deletion of a runner stops waiting for GitHub, which then removes the registration by itself. As long as
 * GitHub may respond again, a runner whose pod can run may get a job that its status does not name, because no listener
 * is left to report it.
 */
public final class Abandonment {
    private Abandonment() {}

    /**
     * Whether the runner is to be removed without GitHub.
     *
     * @param hasTimedOut whether requests to GitHub have failed for as long as a deletion waits
     * @param isLockedOut whether only a change of the configuration can restore access to GitHub
     * @param hasJob whether a job of the runner is on record
     * @param mayRun whether the runner's pod can run a job; asked only if it matters
     */
    public static boolean isDue(boolean hasTimedOut, boolean isLockedOut, boolean hasJob, BooleanSupplier mayRun) {
        return hasTimedOut && ((isLockedOut && !hasJob) || !mayRun.getAsBoolean());
    }
}

package io.github.arc4j.controller.ephemeralrunner.rules;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the status reports a starting pod or an idle runner: only after a delay, because usually the listener reports
 * the job first, and its single write contains everything. Until then, the registration is in the pod's annotation.
 */
public final class ReportDelay {
    /** The starting of a pod that runs within this time is not reported. */
    public static final Duration STARTING = Duration.ofSeconds(2);

    /** If a runner gets a job within this time, the listener reports both in one write. */
    static final Duration IDLE = Duration.ofSeconds(3);

    /** Upper limit of both delays while the API server is busy. */
    private static final Duration BUSY = Duration.ofSeconds(20);

    /**
     * How soon a report is considered again that a busy API server delays. With the usual delays, a quarter of the
     * reconciles in a burst of jobs would only find that it is still busy.
     */
    static final Duration BUSY_RETRY = Duration.ofSeconds(10);

    private ReportDelay() {}

    /**
     * Waits as long as a report can wait; null if it is due.
     *
     * @param since when that which is to be reported began
     * @param delay one of the constants
     */
    static Verdict.@Nullable Wait waitFor(RunnerFacts facts, Instant since, Duration delay) {
        Duration waited = Duration.between(since, facts.now()).abs();
        Duration left = BUSY.minus(waited);
        if (facts.isApiServerBusy() && left.isPositive()) {
            return new Verdict.Wait(left.compareTo(BUSY_RETRY) < 0 ? left : BUSY_RETRY);
        }
        return waited.compareTo(delay) <= 0 ? new Verdict.Wait(delay) : null;
    }
}

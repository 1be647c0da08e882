package io.github.arc4j.api;

/**
 * The condition {@code Ready} of a running runner: written by the listener together with a job, or by the controller
 * without a job.
 */
public final class RunnerRunning {
    /** The reason of the condition. */
    public static final String REASON = "RunnerRunning";

    /** The message of the condition. */
    public static final String MESSAGE = "the runner is running";

    private RunnerRunning() {}
}

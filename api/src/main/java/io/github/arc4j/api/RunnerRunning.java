package io.github.arc4j.api;

/** The condition {@code Ready} of a runner that runs: the listener writes it with a job, the controller without one. */
public final class RunnerRunning {
    /** Its reason. */
    public static final String REASON = "RunnerRunning";

    /** Its message. */
    public static final String MESSAGE = "the runner is running";

    private RunnerRunning() {}
}

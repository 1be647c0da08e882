package io.github.arc4j.actions;

/**
 * What a {@link MessageLoop} asks and tells. Called on the loop's thread, one call at a time. A message that could not be
 * acknowledged comes again, so every call must do no harm the second time. What a call throws ends the loop.
 */
public interface MessageListener {
    /** The most runners that would be started now; 0 pauses. */
    int maxCapacity();

    /**
     * Start or stop runners for these numbers, above all {@link Statistics#totalAssignedJobs()}: at the start, after
     * every message and about once a minute without one.
     */
    void scale(Statistics statistics) throws InterruptedException;

    /** A runner works on a job, so it must not be stopped. */
    default void started(JobStarted job) {}

    /** A job ended, and with it its runner. */
    default void completed(JobCompleted job) {}
}

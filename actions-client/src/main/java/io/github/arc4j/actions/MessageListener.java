package io.github.arc4j.actions;

/**
 * What a {@link MessageLoop} asks and tells. Called on the loop's thread, one call at a time. A message that could not be
 * handled or acknowledged comes again, so every call must do no harm the second time. A call may throw the {@link
 * ActionsException} of a call to GitHub that it made: the loop treats it as its own, that is, it waits and goes on if
 * another try can help. Anything else that is thrown ends the loop.
 */
public interface MessageListener {
    /** The most runners that would run at a time; asked before each poll. With 0 the service assigns no jobs. */
    int maxCapacity();

    /**
     * Start or stop runners for these numbers, above all {@link Statistics#totalAssignedJobs()}: for each session first,
     * with every message before it is acknowledged, and about once a minute, with the latest numbers, without one.
     */
    void scale(Statistics statistics) throws InterruptedException;

    /** A runner works on a job, so it must not be stopped. Told before {@link #scale}. */
    default void started(JobStarted job) throws InterruptedException {}

    /** A job ended, and with it its runner. Told before {@link #scale}. */
    default void completed(JobCompleted job) throws InterruptedException {}

    /** An element of a type that this client doesn't know; skipped otherwise. */
    default void unknown(UnknownJobMessage job) {}

    /** An element that can't be read; skipped otherwise. */
    default void unreadable(UnreadableJobMessage job) {}
}

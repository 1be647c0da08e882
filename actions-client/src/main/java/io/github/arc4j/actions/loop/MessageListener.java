package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.JobCompleted;
import io.github.arc4j.actions.JobStarted;
import io.github.arc4j.actions.Statistics;
import io.github.arc4j.actions.UnknownJobMessage;
import io.github.arc4j.actions.UnreadableJobMessage;

/**
 * What a {@link MessageLoop} asks and tells, one call at a time. A message that could not be handled or deleted comes
 * again, so every call must do no harm the second time. Whatever a call throws makes the loop wait and call again, after
 * some tries beside the messages that follow: {@link HandlerException} for a failure that soon passes, that of a call to
 * GitHub for what it is, and anything else for a defect.
 */
public interface MessageListener {
    /** The most runners that would run at a time; asked before each poll. With 0 the service assigns no jobs. */
    int maxCapacity();

    /**
     * Start or stop runners for these numbers, above all {@link Statistics#totalAssignedJobs()}: for each session first,
     * with every message before it is deleted, and about once a minute, with the latest numbers, without one.
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

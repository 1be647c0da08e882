package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.model.Statistics;

/**
 * Receives the events of a {@link MessageLoop}, one call at a time. A message that could not be handled or deleted is
 * delivered again, so every call must be idempotent. If a call throws, the loop waits and calls again; after several
 * attempts, it retries in parallel with later messages. Throw {@link HandlerException} for a transient failure and the
 * original exception for a failed call to GitHub; anything else counts as a defect.
 */
public interface MessageListener {
    /**
     * {@return the maximum number of concurrent runners; called before each poll} With 0, the service assigns no jobs.
     */
    int maxCapacity();

    /**
     * Starts or stops runners to match these statistics, above all {@link Statistics#totalAssignedJobs()}. Called first
     * for each session, with every message before it is deleted, and, without a message, about once a minute with the
     * latest statistics.
     *
     * @param statistics the latest statistics of the scale set
     * @throws InterruptedException if the thread is interrupted
     */
    void scale(Statistics statistics) throws InterruptedException;

    /**
     * A runner started a job, so the runner must not be stopped. Called before {@link #scale}.
     *
     * @param job the event
     * @throws InterruptedException if the thread is interrupted
     */
    default void started(JobStarted job) throws InterruptedException {}

    /**
     * A job completed, and its runner has ended with it. Called before {@link #scale}.
     *
     * @param job the event
     * @throws InterruptedException if the thread is interrupted
     */
    default void completed(JobCompleted job) throws InterruptedException {}

    /**
     * Receives an element whose type this client does not know; ignored by default.
     *
     * @param job the event
     */
    default void unknown(UnknownJobMessage job) {}

    /**
     * Receives an element that cannot be parsed; ignored by default.
     *
     * @param job the event
     */
    default void unreadable(UnreadableJobMessage job) {}
}

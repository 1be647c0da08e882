package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The message session of a scale set. A scale set has at most one session at a time. An expired queue token is renewed
 * transparently. All calls may run concurrently. They throw {@link ActionsException}, in particular
 * {@link SessionExpiredException} and {@link ScaleSetNotFoundException} when the session has ended, and
 * {@link IllegalStateException} after {@link #close()}.
 */
public interface MessageSession extends AutoCloseable {
    /** {@return the session's id, which may change when the queue token is renewed} */
    UUID id();

    /** {@return the scale set's statistics at the time the session was opened} */
    Statistics initialStatistics();

    /**
     * Waits for the next message, for about 50 seconds at most.
     *
     * @param lastMessageId id of the last message that was handled, 0 if there is none
     * @param maxCapacity maximum number of runners that the caller would start
     * @return the message, or empty if none arrived in time
     * @throws InvalidResponseException if the response is not a valid message;
     *     {@link InvalidResponseException#messageId()} identifies the message
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<Message> poll(long lastMessageId, int maxCapacity) throws InterruptedException;

    /**
     * Acknowledges a message; the service does not deliver it again.
     *
     * @param messageId id of the message
     * @throws InterruptedException if the thread is interrupted
     */
    void deleteMessage(long messageId) throws InterruptedException;

    /**
     * Acquires jobs.
     *
     * @param requestIds the jobs' {@link JobInfo#runnerRequestId()}
     * @return the ids of the acquired jobs, which may be fewer than requested, for example because an earlier attempt
     *     whose response was lost already acquired them
     * @throws InterruptedException if the thread is interrupted
     */
    List<Long> acquireJobs(List<Long> requestIds) throws InterruptedException;

    /**
     * Deletes the session on the service, within {@link Timeouts#close()}, even on an interrupted thread. A failure is
     * only logged, because the service eventually ends the session itself.
     */
    @Override
    void close();
}

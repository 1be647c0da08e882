package io.github.arc4j.actions;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The message session of a scale set; there is at most one at a time. An expired queue token is replaced without the
 * caller noticing. All calls may run concurrently. They throw {@link ActionsException}, in particular {@link
 * SessionExpiredException} and {@link ScaleSetNotFoundException} when the session is over, and {@link
 * IllegalStateException} after {@link #close()}.
 */
public interface MessageSession extends AutoCloseable {
    /** The session's id; it may be another one after the queue token was replaced. */
    UUID id();

    /** The scale set's numbers when the session was opened. */
    Statistics initialStatistics();

    /**
     * Waits for the next message, about 50 seconds at most.
     *
     * @param lastMessageId id of the last message that was handled, 0 for none
     * @param maxCapacity the most runners that the caller would start
     * @return the message, or empty if none came in time
     * @throws InvalidResponseException if the answer is no message; {@link InvalidResponseException#messageId()} tells
     *     which one it would have been
     */
    Optional<Message> poll(long lastMessageId, int maxCapacity) throws InterruptedException;

    /** Acknowledges a message, so that it doesn't come again. */
    void deleteMessage(long messageId) throws InterruptedException;

    /**
     * Acquires jobs.
     *
     * @param requestIds the jobs' {@link JobInfo#runnerRequestId()}
     * @return the ids of the jobs that were acquired, which may be fewer; also because a former try, whose answer was
     *     lost, acquired them already
     */
    List<Long> acquireJobs(List<Long> requestIds) throws InterruptedException;

    /**
     * Deletes the session on the service, in at most {@link Timeouts#close()}, also on an interrupted thread. A failure
     * is only logged: the service ends the session later by itself.
     */
    @Override
    void close();
}

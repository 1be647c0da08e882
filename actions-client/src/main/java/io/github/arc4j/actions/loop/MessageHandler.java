package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import java.util.Optional;

/**
 * Processes the messages that a {@link MessageLoop} receives. If a call throws or returns an exception, the loop waits
 * and calls again. Use {@link HandlerException} for a transient failure and the original exception for a failed call to
 * GitHub; anything else counts as a defect. Called on the loop's thread, except {@link #finish}.
 */
public interface MessageHandler {
    /** Why a message is delivered to the handler. */
    enum Delivery {
        /** First delivery. */
        NEW,
        /** An earlier attempt to handle the message failed. */
        RETRIED,
        /**
         * The message was handled before, perhaps in another session, but not deleted; its effects may be missing
         * nevertheless.
         */
        REPEATED
    }

    /**
     * {@return the maximum number of concurrent runners; called before each poll} With 0, the service assigns no jobs.
     */
    int maxCapacity();

    /**
     * A session starts, which may number its messages from 1 again.
     *
     * @param statistics the current statistics of the scale set
     * @throws InterruptedException if the thread is interrupted
     */
    void opened(Statistics statistics) throws InterruptedException;

    /**
     * Handles a message; may be called repeatedly with the same message.
     *
     * @param session the session that delivered the message
     * @param message the message; its statistics are the latest of the session, even if it arrives late
     * @param delivery why the message is delivered
     * @return why a part of the message could not be handled although the rest was; empty if the message was handled
     *     completely. After several attempts, such a message is set aside so that it does not block the next ones, and
     *     {@link #finish} is called for it
     * @throws RuntimeException if the message as a whole could not be handled; such a message is never set aside
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<RuntimeException> handle(MessageSession session, Message message, Delivery delivery)
            throws InterruptedException;

    /**
     * Retries the part of a message that could not be handled; returns the same as {@link #handle}. Called on any
     * thread.
     *
     * @param session the session that delivered the message
     * @param message the message
     * @return why the part could still not be handled; empty if it was
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<RuntimeException> finish(MessageSession session, Message message) throws InterruptedException;

    /**
     * This session delivered a message again, with newer statistics.
     *
     * @param message the message
     * @throws InterruptedException if the thread is interrupted
     */
    void handleAgain(Message message) throws InterruptedException;

    /**
     * A poll returned no message.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void idle() throws InterruptedException;

    /**
     * Runs the acknowledgement, which permits deletion of the message, as soon as the effects of {@link #handle} are
     * applied. Called on any thread.
     *
     * @param acknowledgement permits the deletion
     * @throws InterruptedException if the thread is interrupted
     */
    default void whenApplied(Runnable acknowledgement) throws InterruptedException {
        acknowledgement.run();
    }
}

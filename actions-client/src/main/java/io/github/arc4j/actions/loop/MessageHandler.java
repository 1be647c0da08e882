package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Statistics;
import java.util.Optional;

/**
 * What a {@link MessageLoop} does with messages. A failure that a call throws, or answers, makes the loop wait and call
 * again: {@link HandlerException} for a failure that soon passes, that of a call to GitHub for what it is, and anything
 * else for a defect. Called on the loop's thread, except {@link #finish}.
 */
public interface MessageHandler {
    /** How it comes that a message is to be handled. */
    enum Delivery {
        /** For the first time. */
        NEW,
        /** It could not be handled before. */
        RETRIED,
        /** It was handled before, perhaps in another session, but not deleted: its effects may be missing all the same. */
        REPEATED
    }

    /** The most runners that would run at a time; asked before each poll. With 0 the service assigns no jobs. */
    int maxCapacity();

    /** A session begins, which may number its messages from 1 again. */
    void opened(Statistics statistics) throws InterruptedException;

    /**
     * Handles a message, and may do so again.
     *
     * @return what kept a part of the message from being handled while the rest was; empty if nothing did. After some
     *     tries such a message is set aside, so that those behind it need not wait, and {@link #finish} is called
     * @throws RuntimeException if the message as a whole could not be handled; it is never set aside
     */
    Optional<RuntimeException> handle(MessageSession session, Message message, Delivery delivery)
            throws InterruptedException;

    /** Tries the part of a message once more that could not be handled; answers as {@link #handle}. On any thread. */
    Optional<RuntimeException> finish(MessageSession session, Message message) throws InterruptedException;

    /** A message that this session has sent before was sent again: only its statistics can be new. */
    void handleAgain(Message message) throws InterruptedException;

    /** A poll brought no message. */
    void idle() throws InterruptedException;

    /** Runs this, which lets the message be deleted, as soon as what {@link #handle} began has taken effect. On any thread. */
    default void whenApplied(Runnable acknowledgement) throws InterruptedException {
        acknowledgement.run();
    }
}

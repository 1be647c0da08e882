package io.github.arc4j.actions.loop;

import java.time.Duration;
import java.util.UUID;

/** Observes a {@link MessageLoop}, for health checks and metrics. The loop calls it and waits until it returns. */
public interface LoopObserver {
    /** Wants to know nothing. */
    LoopObserver NONE = new LoopObserver() {};

    /** What became of a message. */
    enum Result {
        /** Its effects have happened. */
        HANDLED,
        /** It came again although it was handled. */
        REPEATED,
        /** It could not be handled for now; it is tried further beside the polls. */
        SET_ASIDE,
        /** It could not be handled for hours. */
        GIVEN_UP,
        /** It could not be read. */
        UNREADABLE
    }

    /** A step begins: opening a session, or a poll and what follows from it. A step that does not end means a loop that hangs. */
    default void step() {}

    /** A poll was answered, with or without a message. */
    default void polled() {}

    /** A session is open, and the handler has its statistics. */
    default void opened(UUID session) {}

    /** The session is over; the loop opens another one. */
    default void lost(UUID session) {}

    /**
     * A step failed and is tried again after a pause. The loop never gives up: who wants to, closes it.
     *
     * @param failures how often in a row it failed for this reason
     */
    default void retrying(Trouble trouble, RuntimeException failure, int failures, Duration pause) {}

    /** The first step after failures has succeeded. */
    default void recovered() {}

    /** What became of a message; perhaps on another thread. */
    default void message(long id, Result result) {}

    /** The loop has ended and the session is deleted. */
    default void stopped() {}
}

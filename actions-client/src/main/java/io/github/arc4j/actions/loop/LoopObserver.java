package io.github.arc4j.actions.loop;

import java.time.Duration;
import java.util.UUID;

/** Observes a {@link MessageLoop}, for health checks and metrics. The loop calls the observer synchronously. */
public interface LoopObserver {
    /** Ignores everything. */
    LoopObserver NONE = new LoopObserver() {};

    /** Result of processing a message. */
    enum Result {
        /** The message's effects have been applied. */
        HANDLED,
        /** The message was delivered again although it had been handled. */
        REPEATED,
        /** The message could not be handled for now; it is retried in parallel with the polls. */
        SET_ASIDE,
        /** The message could not be handled for hours and was given up. */
        GIVEN_UP,
        /** The message could not be parsed. */
        UNREADABLE
    }

    /**
     * A step starts: opening a session, or a poll and the processing of its result. A step that does not end means that
     * the loop hangs.
     */
    default void step() {}

    /** A poll received a response, with or without a message. */
    default void polled() {}

    /**
     * A session is open, and the handler has received its statistics.
     *
     * @param session id of the session
     */
    default void opened(UUID session) {}

    /**
     * The session has ended; the loop opens another one.
     *
     * @param session id of the session
     */
    default void lost(UUID session) {}

    /**
     * A step failed and is retried after a pause. The loop never gives up; to stop it, close it.
     *
     * @param kind the kind of the failure
     * @param failure the exception
     * @param failures number of consecutive failures for this reason
     * @param pause delay before the next attempt
     */
    default void retrying(FailureKind kind, RuntimeException failure, int failures, Duration pause) {}

    /** The first step after failures succeeded. */
    default void recovered() {}

    /**
     * Reports the result of processing a message; may be called on another thread.
     *
     * @param id id of the message
     * @param result the result
     */
    default void message(long id, Result result) {}

    /** The loop has ended and the session is deleted. */
    default void stopped() {}
}

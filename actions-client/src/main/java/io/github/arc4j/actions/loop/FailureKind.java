package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.errors.ScaleSetNotFoundException;
import io.github.arc4j.actions.errors.SessionConflictException;
import io.github.arc4j.actions.errors.SessionExpiredException;
import io.github.arc4j.actions.wire.Backoff;
import java.time.Duration;
import java.util.Locale;

/** Kinds of failures, by what the loop does next. */
public enum FailureKind {
    /** No response from GitHub. */
    NETWORK("GitHub does not respond", 500, 30),
    /** GitHub responded with an error. */
    SERVICE_ERROR("GitHub responds with an error", 500, 30),
    /** GitHub limits the rate of calls. */
    RATE_LIMIT("GitHub limits the rate of calls", 5000, 300),
    /** GitHub's response cannot be parsed. */
    INVALID_RESPONSE("GitHub's response cannot be read", 500, 30),
    /** GitHub rejects the credentials, even with a new token. */
    REFUSED("GitHub rejects the credentials", 5000, 300),
    /** Another owner holds the session, often the previous listener, which could not delete it. */
    SESSION_CONFLICT("Another listener holds the message session", 2000, 30),
    /** GitHub ended the session. */
    SESSION_LOST("GitHub ended the message session", 100, 30),
    /** GitHub deleted the scale set; the controller creates a new one and starts another listener for it. */
    SCALE_SET_GONE("GitHub does not know the scale set", 5000, 300),
    /** A dependency of the handler fails. */
    HANDLER("The message handler fails", 200, 10),
    /** A defect of this program. */
    INTERNAL("Unexpected failure", 1000, 60);

    private final String description;
    private final Backoff backoff;

    FailureKind(String description, int firstDelayMillis, int longestDelaySeconds) {
        this.description = description;
        this.backoff = Backoff.doubling(Duration.ofMillis(firstDelayMillis), Duration.ofSeconds(longestDelaySeconds));
    }

    /**
     * {@return the kind of a failure}
     *
     * @param failure the failure
     */
    public static FailureKind of(RuntimeException failure) {
        if (failure instanceof ActionsException e) {
            return of(e);
        }
        return failure instanceof HandlerException ? HANDLER : INTERNAL;
    }

    private static FailureKind of(ActionsException failure) {
        if (failure instanceof ConnectionException) {
            return NETWORK;
        } else if (failure instanceof RateLimitedException) {
            return RATE_LIMIT;
        } else if (failure instanceof InvalidResponseException) {
            return INVALID_RESPONSE;
        } else if (failure instanceof AuthenticationException) {
            return REFUSED;
        } else if (failure instanceof SessionConflictException) {
            return SESSION_CONFLICT;
        } else if (failure instanceof SessionExpiredException || failure instanceof MessageQueueTokenExpiredException) {
            return SESSION_LOST;
        } else if (failure instanceof ScaleSetNotFoundException) {
            return SCALE_SET_GONE;
        }
        return failure.status() == 403 ? REFUSED : SERVICE_ERROR;
    }

    /** {@return whether the loop must open a new session} */
    public boolean endsSession() {
        return this == SESSION_LOST || this == SESSION_CONFLICT || this == SCALE_SET_GONE;
    }

    /** Whether every message would fail in the same way, so that it does not help to set one aside. */
    boolean affectsAllMessages() {
        return endsSession() || this == REFUSED || this == RATE_LIMIT;
    }

    /** {@return whether a restart of the process may solve the problem} */
    public boolean restartMayHelp() {
        return this != REFUSED && this != SESSION_CONFLICT && this != SCALE_SET_GONE && this != RATE_LIMIT;
    }

    /** {@return the human-readable start of a sentence} */
    public String description() {
        return description;
    }

    /** {@return the delay after the first failure, without jitter} */
    public Duration firstDelay() {
        return backoff.first();
    }

    /** {@return the maximum delay, without jitter} */
    public Duration longestDelay() {
        return backoff.longest();
    }

    Backoff backoff() {
        return backoff;
    }

    /** {@return the name of the kind in metrics and messages} */
    public String cause() {
        return this == INVALID_RESPONSE ? "broken_answer" : name().toLowerCase(Locale.ROOT);
    }
}

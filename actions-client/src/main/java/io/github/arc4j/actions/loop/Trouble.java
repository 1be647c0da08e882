package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.InvalidResponseException;
import io.github.arc4j.actions.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.RateLimitedException;
import io.github.arc4j.actions.ScaleSetNotFoundException;
import io.github.arc4j.actions.SessionConflictException;
import io.github.arc4j.actions.SessionExpiredException;
import java.time.Duration;
import java.util.Locale;

/** Why a try failed, as far as it decides what to do next. */
public enum Trouble {
    /** No answer from GitHub. */
    NETWORK("GitHub does not answer", 500, 30),
    /** GitHub answered with an error. */
    SERVICE_ERROR("GitHub answers with an error", 500, 30),
    /** GitHub wants fewer calls. */
    RATE_LIMIT("GitHub limits the rate of calls", 5000, 300),
    /** GitHub's answer cannot be read. */
    BROKEN_ANSWER("GitHub's answer cannot be read", 500, 30),
    /** GitHub refuses the credentials, also with a fresh token. */
    REFUSED("GitHub refuses the credentials", 5000, 300),
    /** Somebody else holds the session, often the listener before this one that could not delete it. */
    SESSION_CONFLICT("Another listener holds the message session", 2000, 30),
    /** GitHub ended the session. */
    SESSION_LOST("GitHub ended the message session", 100, 30),
    /** GitHub removed the scale set; the controller makes a new one and starts another listener for it. */
    SCALE_SET_GONE("GitHub does not know the scale set", 5000, 300),
    /** What the handler needs fails. */
    HANDLER("The handler of messages fails", 200, 10),
    /** A defect of this program. */
    INTERNAL("Unexpected failure", 1000, 60);

    private final String description;
    private final Duration firstDelay;
    private final Duration longestDelay;

    Trouble(String description, int firstDelayMillis, int longestDelaySeconds) {
        this.description = description;
        this.firstDelay = Duration.ofMillis(firstDelayMillis);
        this.longestDelay = Duration.ofSeconds(longestDelaySeconds);
    }

    /** The class of a failure. */
    public static Trouble of(RuntimeException failure) {
        if (failure instanceof ActionsException e) {
            return of(e);
        }
        return failure instanceof HandlerException ? HANDLER : INTERNAL;
    }

    private static Trouble of(ActionsException failure) {
        if (failure instanceof ConnectionException) {
            return NETWORK;
        } else if (failure instanceof RateLimitedException) {
            return RATE_LIMIT;
        } else if (failure instanceof InvalidResponseException) {
            return BROKEN_ANSWER;
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

    /** Whether a new session is needed. */
    public boolean endsSession() {
        return this == SESSION_LOST || this == SESSION_CONFLICT || this == SCALE_SET_GONE;
    }

    /** Whether another process might do better than this one. */
    public boolean newProcessMayHeal() {
        return this != REFUSED && this != SESSION_CONFLICT && this != SCALE_SET_GONE && this != RATE_LIMIT;
    }

    /** A sentence's beginning for people. */
    public String description() {
        return description;
    }

    /** The pause after the first failure. */
    public Duration firstDelay() {
        return firstDelay;
    }

    /** The longest pause. */
    public Duration longestDelay() {
        return longestDelay;
    }

    /** The name in lower case, for metrics and messages. */
    public String cause() {
        return name().toLowerCase(Locale.ROOT);
    }
}

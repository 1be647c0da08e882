package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.ActionsServiceException;
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
enum Trouble {
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
    /** The API server failed or refused a patch. */
    KUBERNETES("The API server does not take the patches", 200, 10),
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

    static Trouble of(RuntimeException failure) {
        return switch (failure) {
            case ConnectionException e -> NETWORK;
            case RateLimitedException e -> RATE_LIMIT;
            case InvalidResponseException e -> BROKEN_ANSWER;
            case AuthenticationException e -> REFUSED;
            case SessionConflictException e -> SESSION_CONFLICT;
            case SessionExpiredException e -> SESSION_LOST;
            case MessageQueueTokenExpiredException e -> SESSION_LOST;
            case ScaleSetNotFoundException e -> SCALE_SET_GONE;
            case ActionsServiceException e -> e.status() == 403 ? REFUSED : SERVICE_ERROR;
            case ActionsException e -> SERVICE_ERROR;
            case KubeException e -> KUBERNETES;
            default -> INTERNAL;
        };
    }

    /** Whether a new session is needed. */
    boolean endsSession() {
        return this == SESSION_LOST || this == SESSION_CONFLICT || this == SCALE_SET_GONE;
    }

    /** Whether another process might do better than this one. */
    boolean newProcessMayHeal() {
        return this != REFUSED && this != SESSION_CONFLICT && this != SCALE_SET_GONE && this != RATE_LIMIT;
    }

    /** A sentence's beginning for people. */
    String description() {
        return description;
    }

    Duration firstDelay() {
        return firstDelay;
    }

    Duration longestDelay() {
        return longestDelay;
    }

    /** Value of the metrics' label {@code cause}. */
    String cause() {
        return name().toLowerCase(Locale.ROOT);
    }
}

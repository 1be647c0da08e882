package io.github.arc4j.actions;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call failed. Messages name method, URL and ids as the Go library does and never hold credentials. The subclasses
 * are the classes of failures that callers treat differently.
 */
public abstract sealed class ActionsException extends RuntimeException
        permits ActionsServiceException,
                AuthenticationException,
                RateLimitedException,
                ConnectionException,
                InvalidResponseException {
    private final ErrorDetails details;

    ActionsException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = details;
    }

    /**
     * What failed, without what differs from one try to the next, such as ids of requests: for whoever shows failures to
     * people again and again. The message has all of it, for logs.
     */
    public String summary() {
        return details.summary().isEmpty() ? String.valueOf(getMessage()) : details.summary();
    }

    /** HTTP status, 0 if there was no answer. */
    public int status() {
        return details.status();
    }

    /** The service's name of the error, such as {@code AgentExistsException}; empty if there was none. */
    public String typeName() {
        return details.typeName();
    }

    /** The service's id of the request (header {@code ActivityId}); empty if there was none. */
    public String activityId() {
        return details.activityId();
    }

    /** GitHub's id of the request (header {@code X-GitHub-Request-Id}); empty if there was none. */
    public String requestId() {
        return details.requestId();
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return details.retryable();
    }

    /** Whether the call may have had its effect on the service although it failed here. */
    public boolean outcomeUnknown() {
        return details.outcomeUnknown();
    }

    /**
     * How long to wait before the next try, if the service said so: at least 1 s, also if it said less, and at most 1 h.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(details.retryAfter());
    }
}

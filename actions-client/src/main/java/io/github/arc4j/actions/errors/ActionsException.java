package io.github.arc4j.actions.errors;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call failed. Like the Go library, messages name the method, URL and ids; they never contain credentials. The
 * subclasses are the kinds of failure that callers handle differently. Invalid arguments are not among them: methods
 * reject those with an {@link IllegalArgumentException}, such as {@link InvalidConfigUrlException}, or a
 * {@link NullPointerException}.
 */
public abstract sealed class ActionsException extends RuntimeException
        permits ActionsServiceException,
                AuthenticationException,
                RateLimitedException,
                ConnectionException,
                InvalidResponseException {
    /** The details of the failure. */
    private final ErrorDetails details;

    ActionsException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = details;
    }

    /**
     * {@return a description of the failure without the parts that differ between attempts, such as request ids: for
     * user interfaces that show repeated failures} The exception message has all details, for logs.
     */
    public String summary() {
        return details.summary().isEmpty() ? String.valueOf(getMessage()) : details.summary();
    }

    /** {@return the HTTP status, 0 if there was no response} */
    public int status() {
        return details.status();
    }

    /**
     * {@return the service's error type, the name of a .NET class such as
     * {@code GitHub.DistributedTask.WebApi.TaskAgentExistsException, GitHub.DistributedTask.WebApi}; empty if the
     * response had none}
     */
    public String typeName() {
        return details.typeName();
    }

    /** {@return the service's request id (header {@code ActivityId}); empty if there was none} */
    public String activityId() {
        return details.activityId();
    }

    /** {@return GitHub's request id (header {@code X-GitHub-Request-Id}); empty if there was none} */
    public String requestId() {
        return details.requestId();
    }

    /** {@return whether a retry of the same call within seconds may succeed} */
    public boolean retryable() {
        return details.retryable();
    }

    /** {@return whether the call may have taken effect on the service although it failed for the client} */
    public boolean outcomeUnknown() {
        return details.outcomeUnknown();
    }

    /**
     * {@return how long to wait before the next attempt, if the service specified a delay: at least 1 s, even if the
     * service specified less, and at most 1 h}
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(details.retryAfter());
    }
}

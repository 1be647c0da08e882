package io.github.arc4j.actions.errors;

/**
 * GitHub rejected the call because of a rate limit; the call had no effect. {@link #retryAfter()} is the delay that
 * GitHub requested, if any.
 */
public final class RateLimitedException extends ActionsException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public RateLimitedException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

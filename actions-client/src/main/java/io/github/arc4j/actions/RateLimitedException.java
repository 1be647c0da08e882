package io.github.arc4j.actions;

/**
 * GitHub refused the call because of too many requests; it had no effect. {@link #retryAfter()} tells how long to wait,
 * if GitHub said so.
 */
public final class RateLimitedException extends ActionsException {
    /** Creates the exception. */
    public RateLimitedException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

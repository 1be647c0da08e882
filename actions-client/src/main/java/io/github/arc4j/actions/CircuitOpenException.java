package io.github.arc4j.actions;

/**
 * The call was not made: its host failed too often lately, and the circuit breaker holds calls back. {@link
 * #retryAfter()} is the longest time until it lets calls through again.
 */
public final class CircuitOpenException extends ConnectionException {
    /** Creates the exception. */
    public CircuitOpenException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

package io.github.arc4j.actions.errors;

/**
 * The call was not sent: its host failed too often recently, and the circuit breaker rejects calls.
 * {@link #retryAfter()} is the longest time until the breaker permits calls again.
 */
public final class CircuitOpenException extends ConnectionException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public CircuitOpenException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

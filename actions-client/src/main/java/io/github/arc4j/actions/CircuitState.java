package io.github.arc4j.actions;

/** State of the circuit breaker of a host. */
public enum CircuitState {
    /** Calls are made. */
    CLOSED,
    /** The host failed too often; calls end at once in {@link CircuitOpenException}. */
    OPEN,
    /** A few calls are made to see whether the host works again; the others end at once. */
    HALF_OPEN
}

package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.CallNotPermittedException;

/** State of a host's circuit breaker. */
public enum CircuitState {
    /** Calls are permitted. */
    CLOSED,
    /** The host failed too often; calls fail immediately with {@link CallNotPermittedException}. */
    OPEN,
    /** A few trial calls are permitted to check whether the host works again; all others fail immediately. */
    HALF_OPEN
}

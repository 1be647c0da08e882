package io.github.arc4j.actions;

import java.time.Duration;

/**
 * Notified of every HTTP exchange. Implementations must be thread-safe and fast, and must not throw. Operations are the
 * method names of the API ({@code generateJitConfig}, {@code poll}, ...), and {@code installationToken},
 * {@code registrationToken}, {@code adminConnection}, {@code refreshSession}, {@code closeSession}.
 */
public interface ClientMetrics {
    /** Ignores everything. */
    ClientMetrics NONE = new ClientMetrics() {};

    /**
     * An attempt ended.
     *
     * @param operation name of the call
     * @param status HTTP status, 0 without a response
     * @param duration duration of this attempt
     */
    default void attempt(String operation, int status, Duration duration) {}

    /**
     * A call will be retried.
     *
     * @param operation name of the call
     * @param status HTTP status of the failed attempt, 0 without a response
     * @param wait delay before the next attempt
     */
    default void retry(String operation, int status, Duration wait) {}

    /**
     * An attempt ended without a connection because an address could not be reached.
     *
     * @param host the host to connect to: the host of the call, or its proxy
     * @param port the port to connect to
     * @param duration how long the client tried to connect
     */
    default void unreachable(String host, int port, Duration duration) {}

    /**
     * The circuit breaker of a host changed its state; only with
     * {@link ActionsClient.Builder#circuitBreaker(CircuitBreakerSettings)}.
     *
     * @param host host, and port if the URL has one
     * @param state the new state; the initial state is closed
     */
    default void circuit(String host, CircuitState state) {}
}

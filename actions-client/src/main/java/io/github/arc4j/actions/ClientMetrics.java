package io.github.arc4j.actions;

import java.time.Duration;

/**
 * Told about every exchange; implementations must be thread-safe, quick and not throw. Operations are the method names
 * of the API ({@code generateJitConfig}, {@code poll}, ...), and {@code installationToken}, {@code registrationToken},
 * {@code adminConnection}, {@code refreshSession}, {@code closeSession}.
 */
public interface ClientMetrics {
    /** Ignores everything. */
    ClientMetrics NONE = new ClientMetrics() {};

    /**
     * One try ended.
     *
     * @param operation name of the call
     * @param status HTTP status, 0 without an answer
     * @param duration of this try
     */
    default void attempt(String operation, int status, Duration duration) {}

    /**
     * A call will be tried again.
     *
     * @param operation name of the call
     * @param status HTTP status of the failed try, 0 without an answer
     * @param wait until the next try
     */
    default void retry(String operation, int status, Duration wait) {}

    /**
     * A try ended without a connection, because an address could not be reached.
     *
     * @param host whom the connection was to be made to: the host of the call, or its proxy
     * @param duration how long that was tried
     */
    default void unreachable(String host, Duration duration) {}

    /**
     * The circuit breaker of a host changed its state; only with {@link
     * ActionsClient.Builder#circuitBreaker(CircuitBreakerSettings)}.
     *
     * @param host host, and port if the URL has one
     * @param state the new state; breakers begin closed
     */
    default void circuit(String host, CircuitState state) {}
}

package io.github.arc4j.actions;

import java.time.Duration;

/**
 * When calls to a host are held back. Each host has a circuit breaker of its own. Tries without an answer and answers of
 * 5xx except 501 are failures; every other answer, refusals and 429 included, shows that the host works. Long polls are
 * neither counted nor held back, because one of them lasts longer than a breaker can wait for its result.
 *
 * @param window number of the last tries that are looked at
 * @param minimum number of tries before which nothing is held back, at most {@code window}
 * @param failureRate share of failures, above 0 and at most 1, from which on calls are held back
 * @param openFor how long calls are held back before some are tried
 * @param trials number of calls that are tried then; their failure rate decides
 */
public record CircuitBreakerSettings(int window, int minimum, double failureRate, Duration openFor, int trials) {
    /** Half of the last 20 tries failed, 10 at least; 30 s; 3 calls. */
    public static final CircuitBreakerSettings DEFAULT =
            new CircuitBreakerSettings(20, 10, 0.5, Duration.ofSeconds(30), 3);

    /** Checks the ranges. */
    public CircuitBreakerSettings {
        if (minimum < 1
                || window < minimum
                || !(failureRate > 0 && failureRate <= 1)
                || openFor.toMillis() < 1
                || trials < 1) {
            throw new IllegalArgumentException("circuit breaker settings out of range");
        }
    }
}

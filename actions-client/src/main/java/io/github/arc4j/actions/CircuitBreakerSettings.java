package io.github.arc4j.actions;

import java.time.Duration;

/**
 * When to reject calls to a failing host. Each host has its own circuit breaker. Attempts without a response and
 * responses with 5xx except 501 count as failures; every other response, including rejections and 429, shows that the
 * host works. Long polls are neither counted nor rejected, because a poll lasts longer than a breaker can wait for its
 * result.
 *
 * @param window number of most recent attempts that are evaluated
 * @param minimum minimum number of attempts before the breaker can open, at most {@code window}
 * @param failureRate share of failures at which the breaker opens, above 0 and at most 1
 * @param openFor how long calls are rejected before trial calls are permitted
 * @param trials number of trial calls; their failure rate decides whether the breaker closes
 */
public record CircuitBreakerSettings(int window, int minimum, double failureRate, Duration openFor, int trials) {
    /** Opens when half of the last 20 attempts failed (minimum 10 attempts); 30 s open; 3 trial calls. */
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

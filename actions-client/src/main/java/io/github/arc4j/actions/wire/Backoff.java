package io.github.arc4j.actions.wire;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Exponential backoff: delays that grow with each consecutive failure. Unlike those of resilience4j's {@code IntervalFunction}, the longest
 * delays vary, too, so that clients whose server failed do not return to it at the same time.
 *
 * @param first delay after the first failure
 * @param multiplier growth with each further failure, at least 1
 * @param longest longest delay before jitter
 * @param jitter share by which a delay is randomly longer or shorter; 0 for none, below 1
 */
public record Backoff(Duration first, double multiplier, Duration longest, double jitter) {
    /**
     * Returns the delay before the next attempt.
     *
     * @param failures number of consecutive failures, at least 1
     */
    public Duration after(int failures) {
        double grown = first.toMillis() * Math.pow(multiplier, failures - 1);
        double bounded = Math.min(grown, longest.toMillis());
        double variation = jitter == 0 ? 0 : ThreadLocalRandom.current().nextDouble(-jitter, jitter);
        return Duration.ofMillis(Math.round(bounded * (1 + variation)));
    }
}

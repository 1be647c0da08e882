package io.github.arc4j.actions.internal.call;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays that grow with each consecutive failure. Unlike those of resilience4j's {@code IntervalFunction}, the longest
 * delays vary, too, so that clients whose server failed do not return to it at the same time.
 *
 * @param first delay after the first failure
 * @param multiplier growth with each further failure, at least 1
 * @param longest maximum before the variation
 * @param jitter share by which a delay varies at random in both directions; 0 for none, below 1
 */
public record ExponentialDelay(Duration first, double multiplier, Duration longest, double jitter) {
    /** Returns the delay after this number of consecutive failures, at least 1. */
    public Duration after(int failures) {
        double grown = first.toMillis() * Math.pow(multiplier, failures - 1);
        double bounded = Math.min(grown, longest.toMillis());
        double variation = jitter == 0 ? 0 : ThreadLocalRandom.current().nextDouble(-jitter, jitter);
        return Duration.ofMillis(Math.round(bounded * (1 + variation)));
    }
}

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
    /** Returns delays that double from {@code first} to {@code longest}, with a jitter of 20 %. */
    public static Backoff doubling(Duration first, Duration longest) {
        return new Backoff(first, 2, longest, 0.2);
    }

    /** Returns delays that double from {@code first} to {@code longest}, without jitter. */
    public static Backoff doublingExactly(Duration first, Duration longest) {
        return new Backoff(first, 2, longest, 0);
    }

    /**
     * Returns the delay before the next attempt.
     *
     * @param failures number of consecutive failures, at least 1
     */
    public Duration after(int failures) {
        return after(failures, jitter == 0 ? 0 : ThreadLocalRandom.current().nextDouble());
    }

    /**
     * The same for a caller that has random numbers of its own.
     *
     * @param random a number in [0, 1) that determines the delay within its jitter
     */
    public Duration after(int failures, double random) {
        double bounded = Math.min(nanos(first) * Math.pow(multiplier, failures - 1), nanos(longest));
        return Duration.ofNanos(Math.round(bounded * (1 + jitter * (2 * random - 1))));
    }

    /** Returns the same backoff, with delays limited to {@code limit} before jitter. */
    public Backoff atMost(Duration limit) {
        return limit.compareTo(longest) < 0
                ? new Backoff(limit.compareTo(first) < 0 ? limit : first, multiplier, limit, jitter)
                : this;
    }

    private static double nanos(Duration delay) {
        return delay.getSeconds() * 1e9 + delay.getNano();
    }
}

package io.github.arc4j.runtime.queue;

import java.time.Duration;

/**
 * Exponential backoff per key. The client has a {@code Backoff} of its own for any multiplier and jitter, because the
 * runtime does not depend on the client. Delays of this one double, with a jitter of 20 % or none, and callers supply the
 * random number.
 *
 * @param initial the delay after the first failure; each further one doubles it
 * @param max the longest delay, before jitter
 */
public record Backoff(Duration initial, Duration max) {

    /** 5 ms to 1000 s, as controller-runtime. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1000));

    private static final Duration LONGEST = Duration.ofDays(1);

    public Backoff {
        if (initial.isNegative() || initial.isZero() || max.compareTo(initial) < 0) {
            throw new IllegalArgumentException("need 0 < initial <= max: " + initial + ", " + max);
        }
    }

    /**
     * Adds up to 10 % of jitter to a delay, so that keys which wait for the same event are not retried together. Delays
     * are limited to one day: users can write timestamps centuries ahead into a status.
     *
     * @param random a number in [0, 1)
     */
    public static Duration spread(Duration delay, double random) {
        Duration bounded = delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
        return bounded.plusNanos((long) (bounded.toNanos() * 0.1 * random));
    }

    /**
     * The delay before the next attempt.
     *
     * @param failures number of consecutive failures; at least 1
     * @param random jitter for keys that failed together: a number in [0, 1) gives 80 to 120 % of the exact delay
     */
    public Duration delay(int failures, double random) {
        return Duration.ofNanos((long) (delay(failures).toNanos() * (0.8 + 0.4 * random)));
    }

    /** The same without jitter. */
    public Duration delay(int failures) {
        double exact = initial.toNanos() * Math.pow(2, failures - 1);
        return Duration.ofNanos((long) Math.min(exact, max.toNanos()));
    }

    /** The same with delays limited to {@code limit}. */
    public Backoff atMost(Duration limit) {
        return limit.compareTo(max) < 0 ? new Backoff(limit.compareTo(initial) < 0 ? limit : initial, limit) : this;
    }
}

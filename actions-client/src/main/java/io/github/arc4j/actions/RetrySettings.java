package io.github.arc4j.actions;

import java.time.Duration;

/**
 * How failed calls are repeated: after delays that grow from {@code initialDelay} by {@code multiplier}, up to {@code
 * maxDelay}, each shifted randomly by up to {@code jitter} of itself. If the service says how long to wait (headers
 * {@code Retry-After}, {@code X-RateLimit-Reset}), that long, but at least 1 s, and 2 s, 4 s and so on if it keeps saying
 * so; unless that is more than {@code maxRetryAfter}: then the call fails at once and the caller decides.
 *
 * <p>These settings are not those of a refusal (401, 403) of the call that registers with a token which GitHub issued a
 * moment before: GitHub may not know the token everywhere yet. It is repeated as by {@link #DEFAULT}.
 *
 * @param maxAttempts number of tries, at least 1
 * @param initialDelay wait before the second try, at least 1 ms
 * @param multiplier growth of the waits, at least 1
 * @param maxDelay longest computed wait, at least {@code initialDelay}
 * @param jitter 0 for none, below 1
 * @param maxRetryAfter longest wait on request of the service
 */
public record RetrySettings(
        int maxAttempts,
        Duration initialDelay,
        double multiplier,
        Duration maxDelay,
        double jitter,
        Duration maxRetryAfter) {
    /** 5 tries, 1 s, doubling, at most 30 s, shifted by up to 30 %, at most 1 min on request. */
    public static final RetrySettings DEFAULT =
            new RetrySettings(5, Duration.ofSeconds(1), 2, Duration.ofSeconds(30), 0.3, Duration.ofMinutes(1));

    /** One try only. */
    public static final RetrySettings NONE = DEFAULT.withMaxAttempts(1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public RetrySettings {
        if (maxAttempts < 1
                || !(multiplier >= 1)
                || !(jitter >= 0 && jitter < 1)
                || initialDelay.toMillis() < 1
                || maxDelay.compareTo(initialDelay) < 0
                || maxRetryAfter.isNegative()) {
            throw new IllegalArgumentException("retry settings out of range");
        }
    }

    /** The same with another number of tries. */
    public RetrySettings withMaxAttempts(int attempts) {
        return new RetrySettings(attempts, initialDelay, multiplier, maxDelay, jitter, maxRetryAfter);
    }
}

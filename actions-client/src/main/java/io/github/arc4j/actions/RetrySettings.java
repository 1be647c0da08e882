package io.github.arc4j.actions;

import java.time.Duration;

/**
 * How failed calls are retried. Delays grow from {@code initialDelay} by {@code multiplier} up to {@code maxDelay}, and
 * each delay is shifted randomly by up to the share {@code jitter}. If the service requests a delay (headers
 * {@code Retry-After}, {@code X-RateLimit-Reset}), the client waits that long, but at least 1 s, then at least 2 s, 4 s
 * and so on if the service repeats the request. If the requested delay exceeds {@code maxRetryAfter}, the call fails
 * immediately and the caller decides.
 *
 * <p>These settings do not apply when GitHub rejects (401, 403) the registration call with a token that GitHub has just
 * issued, because the token may not have reached all of GitHub's servers yet. That call is retried according to
 * {@link #DEFAULT}.
 *
 * @param maxAttempts maximum number of attempts, at least 1
 * @param initialDelay delay before the second attempt, at least 1 ms
 * @param multiplier growth of the delays, at least 1
 * @param maxDelay longest delay before the random shift, at least {@code initialDelay}
 * @param jitter share by which a delay may vary, at least 0 and below 1
 * @param maxRetryAfter longest delay accepted from the service
 */
public record RetrySettings(
        int maxAttempts,
        Duration initialDelay,
        double multiplier,
        Duration maxDelay,
        double jitter,
        Duration maxRetryAfter) {
    /** 5 attempts, 1 s, doubling, at most 30 s, jitter up to 30 %, at most 1 min on request of the service. */
    public static final RetrySettings DEFAULT =
            new RetrySettings(5, Duration.ofSeconds(1), 2, Duration.ofSeconds(30), 0.3, Duration.ofMinutes(1));

    /** One attempt only. */
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

    /**
     * {@return a copy with another number of attempts}
     *
     * @param attempts maximum number of attempts, at least 1
     */
    public RetrySettings withMaxAttempts(int attempts) {
        return new RetrySettings(attempts, initialDelay, multiplier, maxDelay, jitter, maxRetryAfter);
    }
}

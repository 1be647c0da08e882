package io.github.arc4j.controller.github;

import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.controller.github.ClientFactory.Ingredients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The pauses that GitHub requested. GitHub counts requests per credentials, so one response holds back all scale sets
 * that use the same credentials at the same host in the same way, and no others.
 */
final class RateLimits {
    /**
     * Length of a pause if GitHub does not specify one, and its minimum if GitHub repeatedly requests a shorter one.
     */
    private static final Backoff MIN_PAUSE = Backoff.doubling(Duration.ofSeconds(2), Duration.ofMinutes(2));
    /** After a pause, the scale sets resume over this fraction of its length. */
    private static final int RESUME_DIVISOR = 10;

    /** Limits the memory that a server can occupy with long pauses for many credentials. */
    static final int MAX_PAUSES = 10_000;

    /** @param number the number of consecutive pauses without a success in between */
    private record Pause(Instant until, Duration length, int number) {}

    private final InstantSource clock;
    /** By the {@link Ingredients#fingerprint} of the requests that GitHub counts together. */
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    RateLimits(InstantSource clock) {
        this.clock = clock;
    }

    /** How long the account's requests are held back, with jitter; zero if they are not. */
    Duration remainingPause(String account) {
        Pause pause = pauses.get(account);
        Instant now = clock.instant();
        if (pause == null || !now.isBefore(pause.until())) {
            return Duration.ZERO;
        }
        long spread = pause.length().toMillis() / RESUME_DIVISOR + 1;
        return Duration.between(now, pause.until())
                .plusMillis(ThreadLocalRandom.current().nextLong(spread));
    }

    /**
     * Records that GitHub rejected a request because of its rate limit.
     *
     * @return whether this is the first pause since a request succeeded
     */
    boolean exceeded(String account, RateLimitedException e) {
        Instant now = clock.instant();
        pauses.values()
                .removeIf(pause -> pause.until().plus(MIN_PAUSE.longest()).isBefore(now));
        if (pauses.putIfAbsent(account, pause(1, e, now)) == null) {
            dropSurplus();
            return true;
        }
        pauses.compute(account, (key, current) -> longer(current, e, now));
        return false;
    }

    /** Without its pause, an account makes a request too early and pauses again. */
    private void dropSurplus() {
        if (pauses.size() > MAX_PAUSES) {
            pauses.entrySet().stream()
                    .max(Map.Entry.comparingByValue(Comparator.comparing(Pause::until)))
                    .ifPresent(last -> pauses.remove(last.getKey(), last.getValue()));
        }
    }

    private static Pause longer(@Nullable Pause current, RateLimitedException e, Instant now) {
        if (current == null) {
            return pause(1, e, now);
        }
        if (!now.isBefore(current.until())) {
            return pause(current.number() + 1, e, now);
        }
        Pause other = pause(current.number(), e, now); // by a request that was in flight
        return other.until().isAfter(current.until()) ? other : current;
    }

    private static Pause pause(int number, RateLimitedException e, Instant now) {
        Duration own = MIN_PAUSE.after(number);
        Duration length =
                e.retryAfter().filter(requested -> requested.compareTo(own) > 0).orElse(own);
        return new Pause(now.plus(length), length, number);
    }

    /**
     * Records a successful request.
     *
     * @return whether this ends a series of pauses
     */
    boolean succeeded(String account) {
        Pause pause = pauses.get(account);
        return pause != null && !clock.instant().isBefore(pause.until()) && pauses.remove(account, pause);
    }
}

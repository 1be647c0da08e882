package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.ActionsException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Computes the delay before the next attempt. The delay doubles while the same problem persists, with jitter of up to a
 * fifth.
 */
public final class BackOff {
    private static final Duration LONGEST = Duration.ofHours(1);

    private @Nullable Trouble last;
    private int failures;

    /** Returns the delay after another failure: at least the delay that the service requests, capped at 1 h. */
    public Duration next(RuntimeException failure) {
        Duration own = next(Trouble.of(failure));
        Duration asked = failure instanceof ActionsException e ? e.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration longer = asked.compareTo(own) > 0 ? asked : own;
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    /** Returns the delay after another failure. */
    public Duration next(Trouble trouble) {
        failures = trouble == last ? failures + 1 : 1;
        last = trouble;
        Duration longest = trouble.longestDelay();
        // 2^16 times the shortest initial delay exceeds every maximum delay.
        Duration delay = trouble.firstDelay().multipliedBy(1L << Math.min(failures - 1, 16));
        Duration bounded = delay.compareTo(longest) < 0 ? delay : longest;
        return Duration.ofMillis(
                (long) (bounded.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    /** Returns how many times in a row the same problem occurred. */
    public int failures() {
        return failures;
    }

    /** Resets the delay after a success. */
    public void reset() {
        last = null;
        failures = 0;
    }
}

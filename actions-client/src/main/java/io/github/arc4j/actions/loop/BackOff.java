package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.ActionsException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long to wait before the next try: doubling while the same trouble lasts, shifted by up to a fifth. */
public final class BackOff {
    private static final Duration LONGEST = Duration.ofHours(1);

    private @Nullable Trouble last;
    private int failures;

    /** The wait after one more failure: as long as the service asks for, within reason. */
    public Duration next(RuntimeException failure) {
        Duration own = next(Trouble.of(failure));
        Duration asked = failure instanceof ActionsException e ? e.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration longer = asked.compareTo(own) > 0 ? asked : own;
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    /** The wait after one more failure. */
    public Duration next(Trouble trouble) {
        failures = trouble == last ? failures + 1 : 1;
        last = trouble;
        Duration longest = trouble.longestDelay();
        // 2^16 times the shortest first delay is beyond every longest one.
        Duration delay = trouble.firstDelay().multipliedBy(1L << Math.min(failures - 1, 16));
        Duration bounded = delay.compareTo(longest) < 0 ? delay : longest;
        return Duration.ofMillis(
                (long) (bounded.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    /** How often the same trouble came in a row. */
    public int failures() {
        return failures;
    }

    /** A success. */
    public void reset() {
        last = null;
        failures = 0;
    }
}

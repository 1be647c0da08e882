package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.errors.ActionsException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts consecutive failures, and determines the delay before the next attempt. The delay doubles while the same
 * problem persists, and is randomly up to a fifth longer or shorter.
 */
public final class FailureBackoff {
    private static final Duration LONGEST = Duration.ofHours(1);

    private @Nullable FailureKind last;
    private int failures;

    /** Starts without a failure. */
    public FailureBackoff() {}

    /**
     * {@return the delay after another failure: at least the delay that the service requests, capped at 1 h}
     *
     * @param failure the failure
     */
    public Duration next(RuntimeException failure) {
        Duration own = next(FailureKind.of(failure));
        Duration requested =
                failure instanceof ActionsException e ? e.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration longer = requested.compareTo(own) > 0 ? requested : own;
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    /**
     * {@return the delay after another failure}
     *
     * @param kind the kind of the failure
     */
    public Duration next(FailureKind kind) {
        failures = kind == last ? failures + 1 : 1;
        last = kind;
        return kind.backoff().after(failures);
    }

    /** {@return how many times in a row the same problem occurred} */
    public int failures() {
        return failures;
    }

    /** Resets the delay after a success. */
    public void reset() {
        last = null;
        failures = 0;
    }
}

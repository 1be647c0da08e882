package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.errors.ActionsException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts consecutive failures, and determines the delay before the next attempt. The delay doubles while the same
 * problem persists, and is randomly up to a fifth longer or shorter.
 */
public final class TroubleBackoff {
    private static final Duration LONGEST = Duration.ofHours(1);

    private @Nullable Trouble last;
    private int failures;

    /** Starts without a failure. */
    public TroubleBackoff() {}

    /**
     * {@return the delay after another failure: at least the delay that the service requests, capped at 1 h}
     *
     * @param failure the failure
     */
    public Duration next(RuntimeException failure) {
        Duration own = next(Trouble.of(failure));
        Duration requested =
                failure instanceof ActionsException e ? e.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration longer = requested.compareTo(own) > 0 ? requested : own;
        return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }

    /**
     * {@return the delay after another failure}
     *
     * @param trouble the class of the failure
     */
    public Duration next(Trouble trouble) {
        failures = trouble == last ? failures + 1 : 1;
        last = trouble;
        return trouble.backoff().after(failures);
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

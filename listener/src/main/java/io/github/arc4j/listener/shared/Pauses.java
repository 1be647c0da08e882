package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.wire.Backoff;
import java.time.Duration;

/** Counts consecutive failures, and determines the delay before the next attempt. For use by one thread. */
final class Pauses {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), 2, Duration.ofSeconds(30), 0.2);

    private int failures;

    Duration next() {
        failures++;
        return BACKOFF.after(failures);
    }

    void reset() {
        failures = 0;
    }
}

package io.github.arc4j.controller.ephemeralrunner.rules;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.runtime.queue.Backoff;
import java.time.Duration;
import java.time.Instant;

/** Delay before the next pod of a runner after a failed one: 5, 10, 20, 40, 80 s. */
final class FailureDelays {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(5), Duration.ofSeconds(80));

    private FailureDelays() {}

    /** The delay after a number of failures. */
    static Duration after(int failures) {
        return failures == 0 ? Duration.ZERO : BACKOFF.delay(failures);
    }

    /** The remaining delay after the recorded failures; zero or negative if there is none. */
    static Duration remaining(EphemeralRunnerStatus status, Instant now) {
        return status.lastFailure()
                .map(last ->
                        Duration.between(now, last.plus(after(status.failures().size()))))
                .orElse(Duration.ZERO);
    }
}

package io.github.arc4j.controller.runners;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.time.Duration;
import java.time.Instant;

/** Delay before the next pod of a runner after a failed one, or before its replacement: 5, 10, 20, 40, 80 s. */
public final class FailureDelays {
    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofSeconds(5), Duration.ofSeconds(80));

    private FailureDelays() {}

    /** The delay after a number of failures. */
    public static Duration after(int failures) {
        return failures == 0 ? Duration.ZERO : BACKOFF.after(failures);
    }

    /** The remaining delay after the recorded failures; zero or negative if there is none. */
    public static Duration remaining(EphemeralRunnerStatus status, Instant now) {
        return status.lastFailure()
                .map(last ->
                        Duration.between(now, last.plus(after(status.failures().size()))))
                .orElse(Duration.ZERO);
    }
}

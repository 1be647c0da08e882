package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How long a runner waits before its next pod. */
final class FailureDelays {
    private static final List<Duration> BY_FAILURES = List.of(
            Duration.ZERO,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40),
            Duration.ofSeconds(80));

    private FailureDelays() {}

    /** The delay after so many failures; it grows up to the fifth. */
    static Duration after(int failures) {
        return BY_FAILURES.get(Math.min(failures, BY_FAILURES.size() - 1));
    }

    /** What is left to wait after the failures on record; zero or less if nothing is. */
    static Duration rest(EphemeralRunnerStatus status, Instant now) {
        return status.lastFailure()
                .map(last ->
                        Duration.between(now, last.plus(after(status.failures().size()))))
                .orElse(Duration.ZERO);
    }
}

package io.github.arc4j.controller.runtime;

import io.github.arc4j.process.ListenAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Manager} serves and stops.
 *
 * @param metrics where metrics are served; null for nowhere
 * @param health where {@code /healthz} and {@code /readyz} are served; null for nowhere
 * @param syncTimeout how long the caches may take to fill at the start
 * @param longestSilence after which a watch that tells nothing makes the process not ready
 * @param grace how long passes under way may go on when the process stops; the rest of stopping takes up to 3 s more
 */
public record ManagerSettings(
        @Nullable ListenAddress metrics,
        @Nullable ListenAddress health,
        Duration syncTimeout,
        Duration longestSilence,
        Duration grace) {
    /** A watch that is silent for three minutes is opened again; this is twice as long. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(6);

    /** Two minutes to fill the caches; stops well within the 10 s that the chart's pods have. */
    public static ManagerSettings of(@Nullable ListenAddress metrics, @Nullable ListenAddress health) {
        return new ManagerSettings(metrics, health, Duration.ofMinutes(2), LONGEST_SILENCE, Duration.ofSeconds(6));
    }
}

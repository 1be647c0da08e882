package io.github.arc4j.runtime;

import io.github.arc4j.process.http.ListenAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Manager}.
 *
 * @param metrics address that serves metrics; null if disabled
 * @param health address that serves {@code /healthz} and {@code /readyz}; null if disabled
 * @param syncTimeout how long the caches may take to sync at startup
 * @param longestSilence time without data on a watch after which the process is unready
 * @param grace how long reconciles in progress may continue when the process stops; the rest of the shutdown takes up
 *     to 3 s more
 */
public record ManagerSettings(
        @Nullable ListenAddress metrics,
        @Nullable ListenAddress health,
        Duration syncTimeout,
        Duration longestSilence,
        Duration grace) {
    /** A watch that is silent for three minutes is reopened; this is twice as long. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(6);

    /** Two minutes to sync the caches; a shutdown well within the 10 s of the chart's pods. */
    public static ManagerSettings of(@Nullable ListenAddress metrics, @Nullable ListenAddress health) {
        return new ManagerSettings(metrics, health, Duration.ofMinutes(2), LONGEST_SILENCE, Duration.ofSeconds(6));
    }
}

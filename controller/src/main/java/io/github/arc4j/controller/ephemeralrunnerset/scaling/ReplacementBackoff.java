package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.github.arc4j.controller.runners.FailureDelays;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Delays the replacements for retained runners that failed without a job, as a runner that is not retained delays its
 * next pod. Otherwise a template whose pods always fail would cost one runner after another. The replacements for
 * runners that could not start are delayed as well, except the first one in a row: usually only that runner's name is
 * taken. Thread-safe.
 */
public final class ReplacementBackoff {
    /** A failure so long after the previous one is probably not due to the template. */
    private static final Duration RESET = Duration.ofMinutes(10);

    /**
     * The delayed replacements.
     *
     * @param next when the next one may be created; null if there is none
     */
    public record Waiting(int number, @Nullable Duration next) {}

    /** When the replacement for a runner may be created. */
    private final Map<String, Instant> ends = new HashMap<>();

    private int failures;
    private Instant latest = Instant.EPOCH;

    /** The runner's pod failed. */
    synchronized void failed(String name, Instant at) {
        count(at);
        ends.put(name, at.plus(FailureDelays.after(failures)));
    }

    /** The runner has ended before it had a pod. */
    synchronized void notStarted(String name, Instant at) {
        count(at);
        ends.put(name, at.plus(FailureDelays.after(failures - 1)));
    }

    private void count(Instant at) {
        failures = at.isAfter(latest.plus(RESET)) ? 1 : failures + 1;
        latest = at;
    }

    /** The next failure is the first one again: the template has changed, or a runner has received a job. */
    synchronized void reset() {
        failures = 0;
    }

    /** The runner has been deleted, so its replacement is not delayed. */
    synchronized void remove(String name) {
        ends.remove(name);
    }

    synchronized boolean isWaiting(String name, Instant now) {
        Instant end = ends.get(name);
        return end != null && end.isAfter(now);
    }

    synchronized Waiting waiting(Instant now) {
        ends.values().removeIf(end -> !end.isAfter(now));
        Duration next = ends.values().stream()
                .min(Comparator.naturalOrder())
                .map(end -> Duration.between(now, end))
                .orElse(null);
        return new Waiting(ends.size(), next);
    }
}

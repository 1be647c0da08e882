package io.github.arc4j.cli.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long the existing runners took from the creation of their objects to the start of their containers. Kubernetes
 * records these times in whole seconds.
 *
 * @param runners how many runners have started
 * @param p50Seconds the median; null without runners
 * @param p95Seconds the 95th percentile; null without runners
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Latency(
        int runners, @Nullable Long p50Seconds, @Nullable Long p95Seconds) {
    static Latency of(ScaleSet set) {
        List<Long> seconds = set.runners().stream()
                .flatMap(runner -> start(set, runner).stream())
                .map(Duration::toSeconds)
                .sorted()
                .toList();
        return seconds.isEmpty()
                ? new Latency(0, null, null)
                : new Latency(seconds.size(), percentile(seconds, 50), percentile(seconds, 95));
    }

    private static Optional<Duration> start(ScaleSet set, EphemeralRunner runner) {
        Optional<Instant> created = Times.created(runner);
        Optional<Instant> started = set.podOf(runner).flatMap(Pods::started);
        return created.flatMap(from -> started.map(to -> Duration.between(from, to)))
                .filter(duration -> !duration.isNegative());
    }

    /** The nearest rank. */
    private static long percentile(List<Long> sorted, int percent) {
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(Math.max(1, rank) - 1);
    }

    /** Such as {@code 3s/12s}. */
    @Override
    public String toString() {
        return p50Seconds == null ? "-" : String.format(Locale.ROOT, "%ds/%ds", p50Seconds, p95Seconds);
    }
}

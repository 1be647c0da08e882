package io.github.arc4j.cli.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.RunnerState;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.Obstacle;
import io.github.arc4j.cli.why.Path;
import io.github.arc4j.cli.why.ScaleSetPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The report of {@code arc status}.
 *
 * @param scaleSets all scale sets
 * @param gaps what could not be read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StatusReport(@JsonInclude List<Row> scaleSets, List<Gap> gaps) implements Report {
    /**
     * A scale set.
     *
     * @param desired how many runners the listener requests
     * @param minimum {@code minRunners}
     * @param maximum {@code maxRunners}; null if there is no limit
     * @param runners number of runners by state
     * @param start how long runners took to start
     * @param obstacle the first problem or, without one, what is still pending; null if there is neither
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            String namespace,
            String name,
            Health health,
            int desired,
            int minimum,
            @Nullable Integer maximum,
            Map<RunnerState, Integer> runners,
            Latency start,
            @Nullable Obstacle obstacle) {}

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
            int runners,
            @Nullable Long p50Seconds,
            @Nullable Long p95Seconds) {
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

    /** Whether jobs run. */
    public enum Health {
        ok,
        /** Something is in progress, or a limit is reached. */
        waiting,
        problem,
    }

    public static StatusReport of(Snapshot snapshot) {
        return new StatusReport(
                snapshot.scaleSets().stream().map(StatusReport::row).toList(), snapshot.gaps());
    }

    private static Row row(ScaleSet set) {
        Path path = ScaleSetPath.of(set);
        AutoscalingRunnerSetSpec spec = set.object().getSpec();
        return new Row(
                set.namespace(),
                set.name(),
                health(path),
                set.desired(),
                spec.minRunnersOrDefault(),
                spec.maxRunners(),
                states(set),
                Latency.of(set),
                path.obstacle());
    }

    private static Health health(Path path) {
        if (path.problem().isPresent()) {
            return Health.problem;
        }
        return path.obstacle() == null ? Health.ok : Health.waiting;
    }

    private static Map<RunnerState, Integer> states(ScaleSet set) {
        Map<RunnerState, Integer> states = new EnumMap<>(RunnerState.class);
        set.runners().forEach(runner -> states.merge(RunnerState.of(runner), 1, Integer::sum));
        return states;
    }

    @Override
    public List<String> text(Instant now) {
        if (scaleSets.isEmpty()) {
            List<String> lines = new ArrayList<>(List.of("There are no scale sets."));
            lines.addAll(Gap.lines(gaps));
            return lines;
        }
        Table table = new Table(
                "NAMESPACE",
                "NAME",
                "HEALTH",
                "DESIRED",
                "MIN",
                "MAX",
                "STARTING",
                "IDLE",
                "BUSY",
                "FAILED",
                "ENDING",
                "START P50/P95",
                "PROBLEM");
        for (Row row : scaleSets) {
            table.row(
                    row.namespace(),
                    row.name(),
                    row.health(),
                    row.desired(),
                    row.minimum(),
                    row.maximum() == null ? "-" : row.maximum(),
                    number(row, RunnerState.STARTING),
                    number(row, RunnerState.IDLE),
                    number(row, RunnerState.BUSY),
                    number(row, RunnerState.FAILED)
                            + number(row, RunnerState.RETAINED)
                            + number(row, RunnerState.OUTDATED),
                    number(row, RunnerState.ENDING),
                    row.start(),
                    problem(row.obstacle()));
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (hasProblem()) {
            lines.add("");
            lines.add("What to do: arc why NAME");
        }
        lines.addAll(Gap.lines(gaps));
        return lines;
    }

    private static int number(Row row, RunnerState state) {
        return row.runners().getOrDefault(state, 0);
    }

    private static String problem(@Nullable Obstacle obstacle) {
        if (obstacle == null) {
            return "";
        }
        return obstacle.reason().isEmpty() ? obstacle.message() : obstacle.reason() + ": " + obstacle.message();
    }

    @Override
    public boolean hasProblem() {
        return scaleSets.stream().anyMatch(row -> row.health() == Health.problem);
    }
}

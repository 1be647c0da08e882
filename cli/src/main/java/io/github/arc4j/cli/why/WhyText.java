package io.github.arc4j.cli.why;

import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Obstacle;
import io.github.arc4j.cli.why.path.Path;
import io.github.arc4j.cli.why.path.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The report of {@code arc why} for people. */
final class WhyText {
    private WhyText() {}

    static List<String> of(WhyReport report, Instant now) {
        List<String> lines = new ArrayList<>(report.notes());
        if (report.paths().isEmpty()) {
            lines.add("Nothing in this cluster is called " + report.question()
                    + ": no scale set, no runner, and no job of a runner.");
        }
        for (Path path : report.paths()) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(path.subject());
            steps(path, now).lines().forEach(line -> lines.add("  " + line));
            lines.addAll(conclusion(path));
        }
        lines.addAll(Gap.lines(report.gaps()));
        return lines;
    }

    private static Table steps(Path path, Instant now) {
        Table table = new Table("", "STEP", "STATE", "TIME", "AGO", "DETAIL");
        for (Step step : path.steps()) {
            boolean isObstacle = path.obstacle() != null && isAt(path.obstacle(), step);
            table.row(
                    isObstacle ? "=>" : "",
                    step.name(),
                    state(step.state()),
                    time(step.time()),
                    step.time() == null ? "" : Times.text(Duration.between(step.time(), now)),
                    detail(step));
        }
        return table;
    }

    private static boolean isAt(Obstacle obstacle, Step step) {
        return step.name().equals(obstacle.step())
                && step.reason().equals(obstacle.reason())
                && step.detail().equals(obstacle.message());
    }

    private static String state(Step.State state) {
        return switch (state) {
            case DONE -> "ok";
            case WAITING -> "waiting";
            case PROBLEM -> "PROBLEM";
            case PENDING -> "-";
            case UNKNOWN -> "unknown";
        };
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "" : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String detail(Step step) {
        return step.reason().isEmpty() ? step.detail() : step.reason() + ": " + step.detail();
    }

    private static List<String> conclusion(Path path) {
        Optional<Obstacle> obstacle = Optional.ofNullable(path.obstacle());
        if (obstacle.isEmpty()) {
            return List.of("  No problem was found.");
        }
        List<String> lines = new ArrayList<>();
        lines.add("  %s: %s"
                .formatted(
                        obstacle.get().isProblem() ? "Problem" : "Waiting",
                        obstacle.get().message()));
        if (!obstacle.get().action().isEmpty()) {
            lines.add("  What to do: " + obstacle.get().action());
        }
        if (!obstacle.get().documentation().isEmpty()) {
            lines.add("  See " + obstacle.get().documentation());
        }
        return lines;
    }
}

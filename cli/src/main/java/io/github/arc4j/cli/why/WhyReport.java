package io.github.arc4j.cli.why;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Event;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The report of {@code arc why}.
 *
 * @param question what was asked
 * @param notes how the paths answer it
 * @param paths a path for each runner or scale set in question; none if nothing was found
 * @param gaps what could not be read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WhyReport(String question, List<String> notes, List<Path> paths, List<Gap> gaps) implements Report {
    @Override
    public boolean hasProblem() {
        return paths.stream().anyMatch(path -> path.problem().isPresent());
    }

    /**
     * Answers a question.
     *
     * @param runsOn only scale sets that have these labels, if a job waits
     */
    public static WhyReport of(Snapshot snapshot, Question question, List<String> runsOn) {
        return switch (question) {
            case Question.Run run -> ofRun(snapshot, run, runsOn);
            case Question.Name name -> ofName(snapshot, name);
        };
    }

    private static WhyReport ofName(Snapshot snapshot, Question.Name name) {
        List<Path> sets = snapshot.scaleSets().stream()
                .filter(set -> set.isNamed(name.toString()))
                .map(ScaleSetPath::of)
                .toList();
        if (!sets.isEmpty()) {
            return report(snapshot, name, sets);
        }
        List<Path> runners = runners(
                snapshot,
                runner -> name.isIn(runner.getMetadata().getNamespace())
                        && (runner.getMetadata().getName().equals(name.name()) || hasJob(runner, name.name())));
        return report(snapshot, name, runners.isEmpty() ? deleted(snapshot, name) : runners);
    }

    private static boolean hasJob(EphemeralRunner runner, String id) {
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        return status.hasJob()
                && (status.jobId().equals(id)
                        || Long.toString(status.workflowRunId()).equals(id)
                        || Long.toString(status.jobRequestId()).equals(id));
    }

    private static List<Path> runners(Snapshot snapshot, Predicate<EphemeralRunner> which) {
        return snapshot.scaleSets().stream()
                .flatMap(set -> set.runners().stream().filter(which).map(runner -> RunnerPath.of(set, runner)))
                .toList();
    }

    private static List<Path> deleted(Snapshot snapshot, Question.Name name) {
        return snapshot.scaleSets().stream()
                .map(ScaleSet::namespace)
                .distinct()
                .filter(name::isIn)
                .flatMap(namespace -> {
                    List<Event> events = snapshot.eventsOf(namespace, Set.of("EphemeralRunner", "Pod"), name.name());
                    return events.isEmpty()
                            ? Stream.empty()
                            : Stream.of(RunnerPath.ofDeleted(namespace, name.name(), events));
                })
                .toList();
    }

    private static WhyReport ofRun(Snapshot snapshot, Question.Run run, List<String> runsOn) {
        List<Path> runners = runners(
                snapshot, runner -> runner.hasJob() && runner.getStatus().workflowRunId() == run.id());
        if (!runners.isEmpty()) {
            return report(snapshot, run, runners);
        }
        String noRunner = "No runner has a job of this run: its jobs have ended, or they wait for a runner.";
        List<Path> serving = snapshot.scaleSets().stream()
                .filter(set -> run.isCoveredBy(set) && set.hasLabels(runsOn))
                .map(ScaleSetPath::ofWaitingJob)
                .toList();
        return serving.isEmpty()
                ? report(snapshot, run, List.of(noScaleSet(snapshot, run, runsOn)), noRunner)
                : report(
                        snapshot,
                        run,
                        serving,
                        noRunner,
                        "These scale sets may run jobs of the repository; a job runs on those that have its labels.");
    }

    private static Path noScaleSet(Snapshot snapshot, Question.Run run, List<String> runsOn) {
        String labels = runsOn.isEmpty() ? "" : " with the labels " + String.join(", ", runsOn);
        return Path.of(
                run.toString(),
                List.of(
                        ControllerStep.of(snapshot),
                        Step.problem(
                                "scale set for the repository",
                                "NoScaleSet",
                                "no scale set of this cluster is registered for %s/%s on %s%s"
                                        .formatted(run.owner(), run.repository(), run.host(), labels))));
    }

    private static WhyReport report(Snapshot snapshot, Question question, List<Path> paths, String... notes) {
        return new WhyReport(question.toString(), List.of(notes), paths, snapshot.gaps());
    }

    @Override
    public List<String> text(Instant now) {
        List<String> lines = new ArrayList<>(notes);
        if (paths.isEmpty()) {
            lines.add("Nothing in this cluster is called " + question
                    + ": no scale set, no runner, and no job of a runner.");
        }
        for (Path path : paths) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(path.subject());
            steps(path, now).lines().forEach(line -> lines.add("  " + line));
            lines.addAll(conclusion(path));
        }
        lines.addAll(Gap.lines(gaps));
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
        Obstacle obstacle = path.obstacle();
        if (obstacle == null) {
            return List.of("  No problem was found.");
        }
        List<String> lines = new ArrayList<>();
        lines.add("  %s: %s".formatted(obstacle.isProblem() ? "Problem" : "Waiting", obstacle.message()));
        if (!obstacle.action().isEmpty()) {
            lines.add("  What to do: " + obstacle.action());
        }
        if (!obstacle.documentation().isEmpty()) {
            lines.add("  See " + obstacle.documentation());
        }
        return lines;
    }
}

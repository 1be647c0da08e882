package io.github.arc4j.cli.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.report.Report;
import io.github.arc4j.cli.report.Table;
import io.github.arc4j.cli.snapshot.Gap;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.RunnerState;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.RunnerPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The report of {@code arc runners}.
 *
 * @param runners the runners, by scale set and age
 * @param gaps what could not be read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RunnersReport(@JsonInclude List<Row> runners, List<Gap> gaps) implements Report {
    /**
     * A runner.
     *
     * @param created when the runner's object was created; null if unknown
     * @param job the job, empty if the runner has none
     * @param node the node of the pod, empty if it has none
     * @param problem why the runner does not run, empty if it does
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Row(
            String namespace,
            String scaleSet,
            String name,
            RunnerState state,
            @Nullable Instant created,
            String job,
            String repository,
            long workflowRun,
            String node,
            String problem) {}

    /**
     * Lists runners.
     *
     * @param scaleSet name of a scale set; empty for all
     */
    public static RunnersReport of(Snapshot snapshot, String scaleSet) {
        return new RunnersReport(
                snapshot.scaleSets().stream()
                        .filter(set -> scaleSet.isEmpty() || set.isNamed(scaleSet))
                        .flatMap(set -> set.runners().stream().map(runner -> row(set, runner)))
                        .toList(),
                snapshot.gaps());
    }

    private static Row row(ScaleSet set, EphemeralRunner runner) {
        Optional<Pod> pod = set.podOf(runner);
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        return new Row(
                set.namespace(),
                set.name(),
                runner.getMetadata().getName(),
                RunnerState.of(runner),
                Times.created(runner).orElse(null),
                status.jobDisplayName(),
                status.jobRepositoryName(),
                status.workflowRunId(),
                pod.map(Pods::node).orElse(""),
                RunnerPath.problem(set, runner).orElse(""));
    }

    @Override
    public List<String> text(Instant now) {
        List<String> lines = new ArrayList<>();
        if (runners.isEmpty()) {
            lines.add("There are no runners.");
        } else {
            Table table = new Table(
                    "NAMESPACE", "SCALE SET", "RUNNER", "STATE", "AGE", "JOB", "REPOSITORY", "RUN", "NODE", "PROBLEM");
            runners.forEach(row -> table.row(
                    row.namespace(),
                    row.scaleSet(),
                    row.name(),
                    row.state(),
                    row.created() == null ? "" : Times.text(Duration.between(row.created(), now)),
                    row.job(),
                    row.repository(),
                    row.workflowRun() == 0 ? "" : row.workflowRun(),
                    row.node(),
                    row.problem()));
            lines.addAll(table.lines());
        }
        lines.addAll(Gap.lines(gaps));
        return lines;
    }

    @Override
    public boolean hasProblem() {
        return runners.stream().anyMatch(row -> !row.problem().isEmpty());
    }
}

package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Obstacle;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import io.github.arc4j.cli.why.runner.RunnerPath;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The runners start and stay online. */
final class RunnersStartStage implements Stage<ScaleSet> {
    private static final String NAME = "runners start";

    @Override
    public Step check(ScaleSet set) {
        List<EphemeralRunner> runners = set.runners();
        Optional<Step> problem = mostFrequentProblem(set, runners);
        if (problem.isPresent()) {
            return problem.get();
        }
        Optional<Step> unhealthy = set.conditions()
                .find(ConditionTypes.RUNNERS_HEALTHY, false)
                .map(condition -> Step.of(NAME, condition))
                .filter(step -> step.state() == Step.State.PROBLEM);
        if (unhealthy.isPresent()) {
            return unhealthy.get();
        }
        long starting = runners.stream()
                .filter(runner -> !runner.hasJob() && !Conditions.of(runner).isTrue(ConditionTypes.READY))
                .count();
        if (runners.isEmpty()) {
            return Step.pending(NAME);
        }
        return starting > 0
                ? Step.waiting(NAME, Optional.empty(), "PodStarting", starting + " are starting")
                : Step.done(NAME, Optional.empty(), "all " + runners.size() + " are running");
    }

    private static Optional<Step> mostFrequentProblem(ScaleSet set, List<EphemeralRunner> runners) {
        Map<String, List<Obstacle>> problems = runners.stream()
                .flatMap(runner -> RunnerPath.of(set, runner).problem().stream())
                .collect(Collectors.groupingBy(Obstacle::reason));
        return problems.values().stream()
                .max(Comparator.<List<Obstacle>>comparingInt(List::size)
                        .thenComparing(same -> same.getFirst().reason()))
                .map(same -> Step.problem(
                        NAME,
                        Optional.empty(),
                        same.getFirst().reason(),
                        "%d of %d runners: %s"
                                .formatted(
                                        same.size(),
                                        runners.size(),
                                        same.getFirst().message())));
    }
}

package io.github.arc4j.controller.console.model;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.process.advice.Reasons;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The problems of a scale set from its conditions and those of its listener and runner set. Causes come before their
 * effects, so the first one is what to look at.
 */
final class Problems {
    private static final Duration REACTION_TIME = Duration.ofMinutes(1);

    /** Reasons of conditions that only say that runners do not start. */
    private static final Set<String> NOT_STARTING = Set.of("RunnersFailed", "RunnersStuck");

    private Problems() {}

    static List<Problem> of(
            AutoscalingRunnerSet set,
            @Nullable AutoscalingListener listener,
            @Nullable EphemeralRunnerSet runnerSet,
            Runners runners,
            Instant now) {
        List<Condition> ofSet = set.statusOrEmpty().conditions();
        if (ofSet.isEmpty()) {
            return withoutConditions(set, now);
        }
        Stream<Condition> ofSpec = Conditions.find(ofSet, Conditions.READY, false).stream()
                .filter(ready -> set.isMarkedForDeletion()
                        || Reasons.isAboutSpec(Problem.of(ready).reason()));
        Stream<Condition> causes =
                ConditionTypes.CAUSES_FIRST.stream().flatMap(type -> Conditions.find(ofSet, type, false).stream());
        Stream<Condition> others = Stream.of(Conditions.DEMAND_STALE, Conditions.DEGRADED)
                .flatMap(type -> Conditions.find(ofSet, type, true).stream());
        Stream<Condition> ofListener = listener == null
                ? Stream.of()
                : Conditions.find(listener.statusOrEmpty().conditions(), Conditions.READY, false).stream();
        Stream<Condition> ofRunners = runnerSet == null
                ? Stream.of()
                : Conditions.find(runnerSet.statusOrEmpty().conditions(), Conditions.READY, false).stream();
        return distinct(Stream.of(ofSpec, causes, others, ofListener, ofRunners)
                .flatMap(all -> all)
                .map(condition -> problem(condition, runners)));
    }

    /** If the condition only says that runners do not start, the runners have the cause. */
    private static Problem problem(Condition condition, Runners runners) {
        Problem problem = Problem.of(condition);
        return NOT_STARTING.contains(problem.reason())
                ? runners.mainProblem()
                        .map(cause -> cause.since(problem.since()))
                        .orElse(problem)
                : problem;
    }

    /** Several conditions may have the same reason: the first one is the most specific one. */
    private static List<Problem> distinct(Stream<Problem> all) {
        List<Problem> problems = new ArrayList<>();
        all.forEach(problem -> {
            if (problems.stream().noneMatch(known -> known.reason().equals(problem.reason()))) {
                problems.add(problem);
            }
        });
        return List.copyOf(problems);
    }

    private static List<Problem> withoutConditions(AutoscalingRunnerSet set, Instant now) {
        Instant created = Instant.parse(set.getMetadata().getCreationTimestamp());
        return created.plus(REACTION_TIME).isAfter(now)
                ? List.of()
                : List.of(Problem.of(
                        Reasons.NOT_RECONCILED,
                        "the scale set has no conditions: no controller has processed it",
                        created.toEpochMilli()));
    }
}

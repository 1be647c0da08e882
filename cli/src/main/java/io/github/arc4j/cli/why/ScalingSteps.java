package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Times;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The steps from assigned jobs to running runners. */
final class ScalingSteps {
    private static final String DEMAND = "demand";
    private static final String ROOM = "room below maxRunners";
    private static final String CREATED = "runners created";
    private static final String START = "runners start";
    /** Reasons of the EphemeralRunnerSet that concern creation; others concern runners that exist. */
    private static final Set<String> OF_CREATION = Set.of("QuotaExceeded", "RequestRefused", "RunnersRefused");

    private ScalingSteps() {}

    /** GitHub has assigned jobs, for which the listener requests runners. */
    static Step demand(ScaleSet set) {
        if (set.runnerSet().isEmpty()) {
            return Step.pending(DEMAND);
        }
        Optional<Condition> stale = set.conditions().find("DemandStale", true);
        if (stale.isPresent()) {
            return Step.of(DEMAND, stale.get());
        }
        long busy = set.busyRunners();
        int desired = set.desired();
        return Step.done(
                DEMAND,
                desired == 0 && busy == 0
                        ? "no jobs are assigned to the scale set"
                        : "%d desired, %d with a job".formatted(desired, busy));
    }

    /** As {@link #demand}, if a job is known to wait: a scale set without demand has not received it. */
    static Step demandOfWaitingJob(ScaleSet set) {
        Step step = demand(set);
        long started = set.runners().stream().filter(ScalingSteps::hasStarted).count();
        boolean isMet = set.desired() <= started;
        boolean isLimited = set.desired() >= set.object().getSpec().maxRunnersOrDefault();
        return step.state() == Step.State.DONE && isMet && !isLimited
                ? Step.problem(DEMAND, "NoDemand", "no further job is assigned to the scale set")
                : step;
    }

    private static boolean hasStarted(EphemeralRunner runner) {
        return runner.hasJob() || Conditions.of(runner).isTrue(ConditionTypes.READY);
    }

    /** Fewer runners have a job than {@code maxRunners} allows. */
    static Step room(ScaleSet set) {
        int maximum = set.object().getSpec().maxRunnersOrDefault();
        if (maximum == 0) {
            return Step.waiting(ROOM, "Paused", "maxRunners is 0: the scale set is paused");
        }
        long busy = set.busyRunners();
        if (busy >= maximum) {
            return Step.waiting(
                    ROOM, "MaximumReached", "%d of %d runners have a job; further jobs wait".formatted(busy, maximum));
        }
        return Step.done(
                ROOM,
                maximum == Integer.MAX_VALUE
                        ? "no limit"
                        : "%d of %d runners exist".formatted(set.runners().size(), maximum));
    }

    /** As many runners exist as are desired. */
    static Step runnersCreated(ScaleSet set) {
        Optional<EphemeralRunnerSet> runnerSet = set.runnerSet();
        if (runnerSet.isEmpty()) {
            return Step.pending(CREATED);
        }
        Optional<Step> rejected = Conditions.of(runnerSet.get())
                .find(ConditionTypes.READY, false)
                .map(condition -> Step.of(CREATED, condition))
                .filter(step -> OF_CREATION.contains(step.reason()));
        if (rejected.isPresent()) {
            return rejected.get();
        }
        List<EphemeralRunner> runners = set.runners().stream()
                .filter(runner -> Times.deleted(runner).isEmpty())
                .toList();
        if (runners.size() < set.desired()) {
            return Step.waiting(
                    CREATED,
                    "RunnersMissing",
                    "%d of %d desired runners do not exist yet"
                            .formatted(set.desired() - runners.size(), set.desired()));
        }
        Step step = Step.done(CREATED, runners.size() + " exist");
        return runners.isEmpty() ? step : step.since(Times.created(runners.getLast()));
    }

    /** The runners start and stay online. */
    static Step runnersStart(ScaleSet set) {
        List<EphemeralRunner> runners = set.runners();
        Optional<Step> problem = mostFrequentProblem(set, runners)
                .or(() -> set.conditions()
                        .find(ConditionTypes.RUNNERS_HEALTHY, false)
                        .map(condition -> Step.of(START, condition))
                        .filter(step -> step.state() == Step.State.PROBLEM));
        if (problem.isPresent()) {
            return problem.get();
        }
        if (runners.isEmpty()) {
            return Step.pending(START);
        }
        long starting = runners.stream().filter(runner -> !hasStarted(runner)).count();
        return starting > 0
                ? Step.waiting(START, "PodStarting", starting + " are starting")
                : Step.done(START, "all " + runners.size() + " are running");
    }

    private static Optional<Step> mostFrequentProblem(ScaleSet set, List<EphemeralRunner> runners) {
        Map<String, List<Obstacle>> problems = runners.stream()
                .flatMap(runner -> RunnerPath.of(set, runner).problem().stream())
                .collect(Collectors.groupingBy(Obstacle::reason));
        return problems.values().stream()
                .max(Comparator.<List<Obstacle>>comparingInt(List::size)
                        .thenComparing(same -> same.getFirst().reason()))
                .map(same -> Step.problem(
                        START,
                        same.getFirst().reason(),
                        "%d of %d runners: %s"
                                .formatted(
                                        same.size(),
                                        runners.size(),
                                        same.getFirst().message())));
    }
}

package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ephemeralrunnerset.index.FailedRunners;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.Counts;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a set's status. Numbers change with each runner, so they are written every two seconds at most; phase and
 * conditions are written immediately.
 */
final class SetStatusWriter {
    private static final Duration COUNTS_PERIOD = Duration.ofSeconds(2);

    private static final Health OUTDATED = Health.problem(
            "RunnerOutdated",
            "GitHub rejects this version of the runner; use a newer image in the template. About every 10 minutes, a runner tests whether GitHub accepts it again");

    private static final Health ACCEPTED = Health.ok("Accepted", "GitHub no longer rejects the version of the runner");

    private final ResourceClient<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final ScalingState scaling;
    private final RunnerGauges gauges;
    private final ConditionEvents events;
    private final Clock clock;
    private final PerObject<Instant> lastWrite;

    SetStatusWriter(
            ResourceClient<EphemeralRunnerSet> sets,
            RunnerIndex index,
            ScalingState scaling,
            RunnerGauges gauges,
            ConditionEvents events,
            Clock clock) {
        this.sets = sets;
        this.index = index;
        this.scaling = scaling;
        this.gauges = gauges;
        this.events = events;
        this.clock = clock;
        this.lastWrite = new PerObject<>(sets.cache());
    }

    /** Called after the set has been deleted. */
    void removeGauges(Request set) {
        gauges.remove(set);
    }

    static List<Condition> conditions(EphemeralRunnerSet set) {
        return set.statusOrEmpty().conditions();
    }

    /**
     * Writes what differs, and updates the gauges.
     *
     * @return when to call again because numbers have yet to be written; null if there are none
     */
    @Nullable Duration write(EphemeralRunnerSet set, Counts counts, PassOutcome outcome) {
        gauges.set(set, counts);
        EphemeralRunnerSetStatus current = set.statusOrEmpty();
        EphemeralRunnerSetStatus numbers = withStaleDemand(set, numbers(set, current, counts), outcome.staleDemand());
        Optional<SetHealth> change = health(set, counts, outcome).filter(health -> !health.isIn(current));
        if (change.isEmpty() && numbers.equals(current)) {
            return null;
        }
        boolean isTransition = !numbers.phase().equals(current.phase())
                || numbers.staleJobs() != current.staleJobs()
                || change.filter(health -> !health.isReasonIn(current)).isPresent();
        Duration rest = isTransition ? Duration.ZERO : untilNumbersMayBeWritten(set);
        if (rest.isPositive()) {
            return rest;
        }
        // Without a change, the condition holds for the current generation, too.
        EphemeralRunnerSetStatus wanted = change.or(() -> SetHealth.in(current))
                .map(health -> new ConditionList(set, numbers.conditions(), clock.instant())
                        .set(Conditions.READY, health.complete())
                        .list())
                .map(conditions -> numbers.toBuilder().conditions(conditions).build())
                .orElse(numbers);
        write(set, current, wanted);
        events.changed(set, current.conditions(), wanted.conditions());
        return null;
    }

    /**
     * Reports, while the set is being deleted, what is left of it and whether GitHub can be used.
     *
     * @return when to call again because numbers have yet to be written; null if there are none
     */
    @Nullable Duration writeDeletion(EphemeralRunnerSet set, Counts counts, @Nullable GitHubFailure failure) {
        gauges.set(set, counts);
        EphemeralRunnerSetStatus current = set.statusOrEmpty();
        List<Condition> conditions = GitHubReachable.after(current.conditions(), failure, set, clock.instant());
        EphemeralRunnerSetStatus wanted =
                numbers(set, current, counts).toBuilder().conditions(conditions).build();
        if (wanted.equals(current)) {
            return null;
        }
        Duration rest = conditions.equals(current.conditions()) ? untilNumbersMayBeWritten(set) : Duration.ZERO;
        if (rest.isPositive()) {
            return rest;
        }
        write(set, current, wanted);
        return null;
    }

    private Duration untilNumbersMayBeWritten(EphemeralRunnerSet set) {
        Instant last = lastWrite.get(set);
        return last == null ? Duration.ZERO : Duration.between(clock.instant(), last.plus(COUNTS_PERIOD));
    }

    private void write(EphemeralRunnerSet set, EphemeralRunnerSetStatus current, EphemeralRunnerSetStatus wanted) {
        // The schema requires fields that the empty status has, so the first write must carry them.
        sets.patchStatus(set, current.equals(EphemeralRunnerSetStatus.EMPTY) ? null : current, wanted);
        lastWrite.put(set, clock.instant());
    }

    private EphemeralRunnerSetStatus numbers(EphemeralRunnerSet set, EphemeralRunnerSetStatus current, Counts counts) {
        return current.toBuilder()
                .currentReplicas(counts.total())
                .pendingEphemeralRunners(counts.pending())
                .runningEphemeralRunners(counts.running())
                .failedEphemeralRunners(counts.failed())
                .phase(counts.outdated() > 0 ? Phase.OUTDATED : Phase.RUNNING)
                .conditions(withVersionAccepted(set, current.conditions(), counts))
                .observedPatchID(scaling.fulfilledPatchId(set))
                .observedGeneration(set.getMetadata().getGeneration())
                .build();
    }

    /** The condition exists only after there were such jobs. */
    private EphemeralRunnerSetStatus withStaleDemand(
            EphemeralRunnerSet set, EphemeralRunnerSetStatus status, StaleDemand.@Nullable Plan demand) {
        if (demand == null || demand.stale() == status.staleJobs()) {
            return status;
        }
        boolean isStale = demand.stale() > 0;
        return status.toBuilder()
                .staleJobs(demand.stale())
                .conditions(new ConditionList(set, status.conditions(), clock.instant())
                        .set(
                                Conditions.DEMAND_STALE,
                                isStale,
                                isStale ? "JobsDoNotStart" : "JobsStart",
                                isStale
                                        ? "GitHub counts jobs that do not start although runners are idle, and replacing runners did not help; only one idle runner is kept for them until a job starts"
                                        : "no job waits for an idle runner")
                        .list())
                .build();
    }

    /** The condition exists only after GitHub has rejected a runner. */
    private List<Condition> withVersionAccepted(EphemeralRunnerSet set, List<Condition> current, Counts counts) {
        boolean isAccepted = counts.outdated() == 0;
        if (isAccepted
                && Conditions.find(current, ConditionTypes.RUNNER_VERSION_ACCEPTED, false)
                        .isEmpty()) {
            return current;
        }
        return new ConditionList(set, current, clock.instant())
                .set(ConditionTypes.RUNNER_VERSION_ACCEPTED, isAccepted ? ACCEPTED : OUTDATED)
                .list();
    }

    /** Empty if nothing new is known. */
    private Optional<SetHealth> health(EphemeralRunnerSet set, Counts counts, PassOutcome outcome) {
        if (counts.outdated() > 0) {
            return Optional.of(new SetHealth(OUTDATED));
        }
        if (outcome.problem() != null || outcome.gitHubFailure() != null) {
            return Optional.ofNullable(outcome.problem());
        }
        int stuck = index.countStuck(set) + scaling.waiting(set);
        if (counts.failed() > 0) {
            return Optional.of(cannotStart("RunnersFailed", counts.failed(), () -> index.in(set, RunnerState.FAILED)));
        } else if (stuck > 0) {
            return Optional.of(cannotStart("RunnersStuck", stuck, () -> {
                List<EphemeralRunner> all = new ArrayList<>(index.stuck(set));
                all.addAll(backingOff(set, counts));
                return all;
            }));
        }
        return Optional.of(new SetHealth(Health.ok("Scaled", "the number of runners matches the demand")));
    }

    /** The retained runners that failed without a job, and whose replacements are delayed. */
    private List<EphemeralRunner> backingOff(EphemeralRunnerSet set, Counts counts) {
        return counts.retained() == 0
                ? List.of()
                : index.in(set, RunnerState.RETAINED).stream()
                        .filter(runner -> scaling.isWaiting(set, runner))
                        .toList();
    }

    private static SetHealth cannotStart(String reason, int number, Supplier<List<EphemeralRunner>> runners) {
        return new SetHealth(
                Health.problem(reason, number == 1 ? "1 runner cannot start; " : number + " runners cannot start; "),
                () -> FailedRunners.latestMessage(runners.get()));
    }
}

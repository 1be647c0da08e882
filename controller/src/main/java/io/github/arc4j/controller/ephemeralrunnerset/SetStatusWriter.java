package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Counts;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.ConditionEvents;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a set's status. Numbers change with each runner, so they are written every two seconds at most; phase and
 * conditions at once.
 */
final class SetStatusWriter {
    private static final Duration COUNTS_PERIOD = Duration.ofSeconds(2);

    private final ResourceClient<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final ScalingGate gate;
    private final RunnerGauges gauges;
    private final ConditionEvents events;
    private final Clock clock;
    private final PerObject<Instant> lastWrite;

    SetStatusWriter(
            ResourceClient<EphemeralRunnerSet> sets,
            RunnerIndex index,
            ScalingGate gate,
            RunnerGauges gauges,
            ConditionEvents events,
            Clock clock) {
        this.sets = sets;
        this.index = index;
        this.gate = gate;
        this.gauges = gauges;
        this.events = events;
        this.clock = clock;
        this.lastWrite = new PerObject<>(sets.cache());
    }

    /** The set is gone. */
    void removeGauges(Request set) {
        gauges.remove(set);
    }

    /**
     * Writes what differs, and keeps the gauges.
     *
     * @return after which time to call again because numbers wait to be written; null if they do not
     */
    @Nullable Duration write(EphemeralRunnerSet set, Counts counts, @Nullable Trouble trouble) {
        gauges.set(set, counts);
        EphemeralRunnerSetStatus current = statusOf(set);
        Health health = health(set, counts, trouble);
        EphemeralRunnerSetStatus numbers = numbers(set, current, counts);
        boolean isTransition = !numbers.phase().equals(current.phase())
                || (health != null
                        && !Conditions.has(current.conditions(), Conditions.READY, health.ready(), health.reason()));
        if (!isTransition && numbers.equals(current) && (health == null || health.isToldBy(current))) {
            return null;
        }
        Duration rest = isTransition ? Duration.ZERO : untilNumbersMayBeWritten(set);
        if (rest.isPositive()) {
            return rest;
        }
        EphemeralRunnerSetStatus wanted = health == null || health.isToldBy(current)
                ? observed(set, numbers)
                : withCondition(set, numbers, health);
        write(set, current, wanted);
        events.changed(set, current.conditions(), wanted.conditions());
        return null;
    }

    private Duration untilNumbersMayBeWritten(EphemeralRunnerSet set) {
        Instant last = lastWrite.get(set);
        return last == null ? Duration.ZERO : Duration.between(clock.instant(), last.plus(COUNTS_PERIOD));
    }

    static List<Condition> conditions(EphemeralRunnerSet set) {
        return statusOf(set).conditions();
    }

    static EphemeralRunnerSetStatus statusOf(EphemeralRunnerSet set) {
        return set.getStatus() == null ? EphemeralRunnerSetStatus.EMPTY : set.getStatus();
    }

    /**
     * Tells while the set is being deleted what it still has, and whether GitHub can be used.
     *
     * @return after which time to call again because numbers wait to be written; null if they do not
     */
    @Nullable Duration writeDeletion(EphemeralRunnerSet set, Counts counts, @Nullable GitHubFailure failure) {
        gauges.set(set, counts);
        EphemeralRunnerSetStatus current = statusOf(set);
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
                .observedPatchID(gate.onRecord(set))
                .observedGeneration(set.getMetadata().getGeneration())
                .build();
    }

    /** What was told before holds for what the set asks for now, too. */
    private EphemeralRunnerSetStatus observed(EphemeralRunnerSet set, EphemeralRunnerSetStatus status) {
        return Conditions.find(status.conditions(), Conditions.READY)
                .map(ready ->
                        withReady(set, status, "True".equals(ready.getStatus()), ready.getReason(), ready.getMessage()))
                .orElse(status);
    }

    private EphemeralRunnerSetStatus withCondition(
            EphemeralRunnerSet set, EphemeralRunnerSetStatus status, Health health) {
        return withReady(set, status, health.ready(), health.reason(), health.message());
    }

    private EphemeralRunnerSetStatus withReady(
            EphemeralRunnerSet set, EphemeralRunnerSetStatus status, boolean ready, String reason, String message) {
        return status.toBuilder()
                .conditions(Conditions.with(
                        status.conditions(),
                        Conditions.READY,
                        ready,
                        reason,
                        message,
                        set.getMetadata().getGeneration(),
                        clock.instant()))
                .build();
    }

    /**
     * How the set is.
     *
     * @param summary begins the message; as long as it stays the same, so does the rest
     * @param details the rest of the message, which may be costly to find
     */
    private record Health(boolean ready, String reason, String summary, Supplier<String> details) {
        Health(boolean ready, String reason, String message) {
            this(ready, reason, message, () -> "");
        }

        String message() {
            return summary + details.get();
        }

        boolean isToldBy(EphemeralRunnerSetStatus status) {
            return Conditions.has(status.conditions(), Conditions.READY, ready, reason)
                    && Conditions.find(status.conditions(), Conditions.READY)
                            .filter(condition -> condition.getMessage().startsWith(summary))
                            .isPresent();
        }
    }

    /** Null while nothing new is known. */
    private @Nullable Health health(EphemeralRunnerSet set, Counts counts, @Nullable Trouble trouble) {
        if (counts.outdated() > 0) {
            return new Health(
                    false,
                    "RunnerOutdated",
                    "GitHub refuses this version of the runner; use a newer image in the template");
        }
        if (trouble != null) {
            if (!trouble.isNews()) {
                return null;
            }
            return trouble.isWordedAlike()
                    ? new Health(false, trouble.reason(), trouble.message())
                    : new Health(false, trouble.reason(), "", trouble::message);
        }
        if (counts.failed() > 0) {
            return cannotStart("RunnersFailed", counts.failed(), () -> index.in(set, Bucket.FAILED));
        }
        int stuck = index.countStuck(set);
        if (stuck > 0) {
            return cannotStart("RunnersStuck", stuck, () -> index.stuck(set));
        }
        return new Health(true, "Scaled", "runners follow the demand");
    }

    private static Health cannotStart(String reason, int number, Supplier<List<EphemeralRunner>> runners) {
        return new Health(
                false,
                reason,
                number == 1 ? "1 runner can't start; " : number + " runners can't start; ",
                () -> FailedRunners.latestMessage(runners.get()));
    }
}

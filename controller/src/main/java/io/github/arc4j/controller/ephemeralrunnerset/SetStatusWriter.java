package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Counts;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Clock clock;
    private final Map<String, Instant> lastWrite = new ConcurrentHashMap<>();

    SetStatusWriter(
            ResourceClient<EphemeralRunnerSet> sets,
            RunnerIndex index,
            ScalingGate gate,
            RunnerGauges gauges,
            Clock clock) {
        this.sets = sets;
        this.index = index;
        this.gate = gate;
        this.gauges = gauges;
        this.clock = clock;
    }

    void forget(EphemeralRunnerSet set) {
        lastWrite.remove(set.getMetadata().getUid());
        gauges.remove(set);
    }

    /**
     * Writes what differs.
     *
     * @return after which time to call again because numbers wait to be written; null if they do not
     */
    @Nullable Duration write(EphemeralRunnerSet set, Counts counts, @Nullable GitHubFailure failure) {
        EphemeralRunnerSetStatus current = set.getStatus() == null ? EphemeralRunnerSetStatus.EMPTY : set.getStatus();
        EphemeralRunnerSetStatus wanted = wanted(set, current, counts, failure);
        if (wanted.equals(current)) {
            return null;
        }
        boolean onlyNumbers =
                wanted.phase().equals(current.phase()) && wanted.conditions().equals(current.conditions());
        Instant now = clock.instant();
        Instant last = lastWrite.getOrDefault(set.getMetadata().getUid(), Instant.MIN);
        if (onlyNumbers && last.isAfter(now.minus(COUNTS_PERIOD))) {
            return Duration.between(now, last.plus(COUNTS_PERIOD));
        }
        // The schema requires fields that the empty status has, so the first write must carry them.
        sets.patchStatus(set, current.equals(EphemeralRunnerSetStatus.EMPTY) ? null : current, wanted);
        lastWrite.put(set.getMetadata().getUid(), now);
        return null;
    }

    private EphemeralRunnerSetStatus wanted(
            EphemeralRunnerSet set, EphemeralRunnerSetStatus current, Counts counts, @Nullable GitHubFailure failure) {
        Health health = health(set, current, counts, failure);
        return current.toBuilder()
                .currentReplicas(counts.total())
                .pendingEphemeralRunners(counts.pending())
                .runningEphemeralRunners(counts.running())
                .failedEphemeralRunners(counts.failed())
                .phase(counts.outdated() > 0 ? Phase.OUTDATED : Phase.RUNNING)
                .observedPatchID(gate.onRecord(set))
                .observedGeneration(set.getMetadata().getGeneration())
                .conditions(
                        health == null
                                ? current.conditions()
                                : Conditions.with(
                                        current.conditions(),
                                        Conditions.READY,
                                        health.ready(),
                                        health.reason(),
                                        health.message(),
                                        null,
                                        clock.instant()))
                .build();
    }

    private record Health(boolean ready, String reason, String message) {}

    /** Null while nothing new is known. */
    private @Nullable Health health(
            EphemeralRunnerSet set, EphemeralRunnerSetStatus current, Counts counts, @Nullable GitHubFailure failure) {
        if (counts.outdated() > 0) {
            return new Health(
                    false,
                    "RunnerOutdated",
                    "GitHub refuses this version of the runner; use a newer image in the template");
        }
        if (failure != null) {
            return failure.isNews() ? new Health(false, failure.reason(), failure.message()) : null;
        }
        if (counts.failed() > 0) {
            return trouble(current, "RunnersFailed", index.in(set, Bucket.FAILED));
        }
        List<EphemeralRunner> stuck = index.stuck(set);
        if (!stuck.isEmpty()) {
            return trouble(current, "RunnersStuck", stuck);
        }
        return new Health(true, "Scaled", "runners follow the demand");
    }

    /** The numbers are in the status beside it; without them here the condition stands still. */
    private static @Nullable Health trouble(
            EphemeralRunnerSetStatus current, String reason, List<EphemeralRunner> runners) {
        return Conditions.has(current.conditions(), Conditions.READY, false, reason)
                ? null
                : new Health(false, reason, "runners can't start; " + FailedRunners.latestMessage(runners));
    }
}

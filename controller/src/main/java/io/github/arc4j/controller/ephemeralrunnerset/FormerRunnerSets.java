package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The runner sets that were made for a scale set before the present one. Release 0.14.2 of the Go controller made one for each
 * change of the template, so there may be some after a takeover. Their runners finish their jobs, and count against the number
 * that the listener asks for: GitHub counts their jobs, too.
 */
final class FormerRunnerSets {
    /** So long a former set makes no runners though there is none in its place yet: it is mostly there within a second. */
    private static final Duration HANDOVER = Duration.ofSeconds(10);

    private static final String BY_OWNER = "scale set";

    private final ResourceCache<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final DepartingRunners departing;
    private final InstantSource clock;
    private final PerObject<Instant> firstSeen;

    FormerRunnerSets(
            ResourceCache<EphemeralRunnerSet> sets,
            RunnerIndex index,
            DepartingRunners departing,
            InstantSource clock) {
        this.sets = sets.index(BY_OWNER, Owners::controllerUid);
        this.index = index;
        this.departing = departing;
        this.clock = clock;
        this.firstSeen = new PerObject<>(sets);
    }

    /** The name of the set that takes the place of this one; empty if this is the present one. */
    private static Optional<Request> successor(EphemeralRunnerSet set) {
        return Owners.controllerOf(set)
                .map(owner -> ScaleSetNames.ephemeralRunnerSet(owner.getName()))
                .filter(name -> !name.equals(set.getMetadata().getName()))
                .map(name -> new Request(set.getMetadata().getNamespace(), name));
    }

    /** The set that may make more runners when this one of a former set ends. */
    static List<Request> successorOfSetOf(EphemeralRunner runner, ResourceCache<EphemeralRunnerSet> sets) {
        return Owners.controllerOf(runner)
                .map(owner -> sets.get(runner.getMetadata().getNamespace(), owner.getName()))
                .flatMap(FormerRunnerSets::successor)
                .stream()
                .toList();
    }

    /** How many runners former sets still have that may run a job. To be read together with the runners of the set. */
    int runners(EphemeralRunnerSet set) {
        return Owners.controllerUid(set).stream()
                .flatMap(owner -> sets.byIndex(BY_OWNER, owner).stream())
                .filter(other ->
                        !other.getMetadata().getUid().equals(set.getMetadata().getUid()))
                .mapToInt(other -> index.counts(other).total() + departing.count(other))
                .sum();
    }

    /**
     * How long this set makes no runners because another one takes its place.
     *
     * @return zero if it may make some; it is a former one, and the set in its place is not made: an invalid scale set
     *     goes on with what it has
     */
    Duration handover(EphemeralRunnerSet set) {
        Optional<Request> successor = successor(set);
        if (successor.isEmpty()) {
            return Duration.ZERO;
        }
        if (sets.get(successor.get()) != null) {
            return HANDOVER;
        }
        Instant now = clock.instant();
        Duration rest =
                Duration.between(now, firstSeen.computeIfAbsent(set, () -> now).plus(HANDOVER));
        return rest.isPositive() ? rest : Duration.ZERO;
    }
}

package io.github.arc4j.controller.ephemeralrunnerset.index;

import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The runner sets that were created for a scale set before the current one. Release 0.14.2 of the Go controller created
 * one for each change of the template, so there may be some after a takeover. Their runners finish their jobs, and
 * count towards the number that the listener requests, because GitHub counts their jobs, too.
 */
public final class FormerRunnerSets {
    /** How long a former set waits for the set that replaces it, which usually exists within a second. */
    private static final Duration HANDOVER = Duration.ofSeconds(10);

    private static final String BY_OWNER = "scale set";

    private final ResourceCache<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final InstantSource clock;
    private final PerObject<Instant> firstSeen;

    public FormerRunnerSets(ResourceCache<EphemeralRunnerSet> sets, RunnerIndex index, InstantSource clock) {
        this.sets = sets.index(BY_OWNER, Owners::controllerKey);
        this.index = index;
        this.clock = clock;
        this.firstSeen = new PerObject<>(sets);
    }

    /** The name of the set that replaces this one; empty if this is the current one. */
    private static Optional<Request> successor(EphemeralRunnerSet set) {
        return Owners.controllerOf(set)
                .map(owner -> ScaleSetNames.ephemeralRunnerSet(owner.getName()))
                .filter(name -> !name.equals(set.getMetadata().getName()))
                .map(name -> new Request(set.getMetadata().getNamespace(), name));
    }

    /** The set that may create another runner when this one, of a former set, ends. */
    public static List<Request> successorOfSetOf(EphemeralRunner runner, ResourceCache<EphemeralRunnerSet> sets) {
        return Owners.controllerOf(runner)
                .map(owner -> sets.get(runner.getMetadata().getNamespace(), owner.getName()))
                .flatMap(FormerRunnerSets::successor)
                .stream()
                .toList();
    }

    /** How many runners of former sets may run a job. Read this at the same moment as the runners of the set. */
    public int runners(EphemeralRunnerSet set) {
        return Owners.controllerKey(set).stream()
                .flatMap(owner -> sets.byIndex(BY_OWNER, owner).stream())
                .filter(other ->
                        !other.getMetadata().getUid().equals(set.getMetadata().getUid()))
                .mapToInt(other -> index.counts(other).total() + index.countDeparting(other))
                .sum();
    }

    /**
     * How long this set creates no runners because another one replaces it.
     *
     * @return zero or negative if it may create some: it is the current set, or the one that
     *     replaces it is not created, because an invalid scale set keeps the runners that it has
     */
    public Duration handover(EphemeralRunnerSet set) {
        Optional<Request> successor = successor(set);
        if (successor.isEmpty()) {
            return Duration.ZERO;
        }
        if (sets.get(successor.get()) != null) {
            return HANDOVER;
        }
        Instant now = clock.instant();
        return Duration.between(now, firstSeen.computeIfAbsent(set, () -> now).plus(HANDOVER));
    }
}

package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.Request;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what {@link RunnerCount} depends on: the state of the caches, and what is remembered of each set between passes.
 * A new process remembers nothing but what is in the status: the next request of the listener makes up for that.
 */
final class ScalingState {
    private static final Logger log = LoggerFactory.getLogger(ScalingState.class);

    /** How often to check whether departing runners have gone: the end of a pod changes nothing of its runner. */
    private static final Duration DEPARTURE_CHECK = Duration.ofSeconds(2);

    /** What is remembered of a set. */
    static final class Memory {
        final EndingJobs jobs = new EndingJobs();
        /** Names of runners that are deleted in order to create others. */
        final Set<String> replaced = ConcurrentHashMap.newKeySet();

        volatile @Nullable Integer fulfilledPatchId;
        volatile @Nullable Integer loggedNumber;
        volatile RunnerCount.@Nullable Reason loggedReason;
    }

    /**
     * The inputs of a decision.
     *
     * @param nextTimeout after which time there may be others though nothing has happened; null if never
     * @param memory to be updated when the decision has been carried out
     */
    record Snapshot(RunnerCount count, @Nullable Duration nextTimeout, Memory memory) {}

    private final RunnerIndex index;
    private final ResourceCache<EphemeralRunner> runners;
    private final FormerRunnerSets formerSets;
    private final InstantSource clock;
    private final PerObject<Memory> memories;

    ScalingState(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceCache<EphemeralRunner> runners,
            RunnerIndex index,
            FormerRunnerSets formerSets,
            InstantSource clock) {
        this.index = index;
        this.runners = runners;
        this.formerSets = formerSets;
        this.clock = clock;
        this.memories = new PerObject<>(sets);
        sets.onChange((before, after) -> {
            Memory memory = after == null ? null : memories.get(after);
            if (after != null && memory != null) {
                memory.jobs.setChanged(after);
            }
        });
        runners.derive((before, after) -> {
            if (before != null && !before.isMarkedForDeletion() && (after == null || after.isMarkedForDeletion())) {
                runnerEnded(after == null ? before : after);
            }
        });
    }

    private void runnerEnded(EphemeralRunner runner) {
        for (String set : Owners.controllerUid(runner)) {
            Memory memory = memories.get(set);
            if (memory != null) {
                String name = runner.getMetadata().getName();
                boolean wasUncounted =
                        memory.jobs.runnerEnded(name, runner.hasJob(), index.hasSucceeded(runner), clock.instant());
                if (wasUncounted || index.isOffline(runner)) {
                    // The latest request was fulfilled with a runner that was no longer of any use.
                    memory.replaced.add(name);
                }
            }
        }
    }

    /** The inputs at one moment: a runner that ends is either among those that exist or among those that have ended. */
    Snapshot of(EphemeralRunnerSet set, int staleJobs, int creationLimit) {
        return index.read(() -> {
            Memory memory = memory(set);
            EndingJobs.Counts jobs = memory.jobs.count(set, name -> livingRunner(set, name), clock.instant());
            RunnerCount count = new RunnerCount(
                    set.getSpec().replicas(),
                    set.getSpec().patchID(),
                    fulfilledPatchId(set, memory),
                    index.counts(set).total(),
                    formerSets.runners(set),
                    jobs.endedButCounted(),
                    jobs.runningButUncounted(),
                    index.countDeparting(set),
                    (int) replaced(set, memory).count(),
                    staleJobs,
                    creationLimit);
            return new Snapshot(count, jobs.nextTimeout(), memory);
        });
    }

    /** To be called before a runner is deleted in order to create another: the deletion may take effect and fail. */
    void replaces(EphemeralRunnerSet set, EphemeralRunner runner) {
        memory(set).replaced.add(runner.getMetadata().getName());
    }

    /**
     * Logs and remembers how many runners were created.
     *
     * @return after which time to decide again though nothing happens; null if nothing is waited for
     */
    @Nullable Duration created(EphemeralRunnerSet set, Snapshot snapshot, RunnerCount.Decision decision, int created) {
        RunnerCount count = snapshot.count();
        Memory memory = snapshot.memory();
        replaced(set, memory).limit(count.replacementsDone(created)).toList().forEach(memory.replaced::remove);
        if (created > 0) {
            int existing = count.existing() + created;
            log.info(
                    "Created runners: {}; there are {} of {} desired: {}",
                    created,
                    existing,
                    count.desired(),
                    decision.reason());
        }
        boolean isFulfilled = count.isFulfilledBy(created);
        if (count.isNewRequest() && isFulfilled) {
            memory.fulfilledPatchId = count.patchId();
        }
        if (decision.waitsForDepartures()) {
            return DEPARTURE_CHECK;
        }
        return count.isNewRequest() && !isFulfilled ? snapshot.nextTimeout() : null;
    }

    /** The latest request that was fulfilled, as far as this process or the set's status knows. */
    @Nullable Integer fulfilledPatchId(EphemeralRunnerSet set) {
        Memory memory = memories.get(set);
        if (memory != null && memory.fulfilledPatchId != null) {
            return memory.fulfilledPatchId;
        }
        return set.getStatus() == null ? null : set.getStatus().observedPatchID();
    }

    /** Objects of the Go controller have it only in the annotations of their runners, which is remembered. */
    private int fulfilledPatchId(EphemeralRunnerSet set, Memory memory) {
        Integer known = fulfilledPatchId(set);
        if (known == null && set.getSpec().patchID() != 0) {
            known = index.all(set).stream()
                    .mapToInt(ScalingState::patchId)
                    .max()
                    .orElse(0);
            memory.fulfilledPatchId = known;
        }
        return known == null ? 0 : known;
    }

    private static int patchId(EphemeralRunner runner) {
        Map<String, String> annotations = runner.getMetadata().getAnnotations();
        try {
            return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(Annotations.PATCH_ID, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private Memory memory(EphemeralRunnerSet set) {
        return memories.computeIfAbsent(set, Memory::new);
    }

    /** The runners that have gone, or are being deleted, in whose place others are to be created. */
    private Stream<String> replaced(EphemeralRunnerSet set, Memory memory) {
        return memory.replaced.stream().filter(name -> livingRunner(set, name) == null);
    }

    private @Nullable EphemeralRunner livingRunner(EphemeralRunnerSet set, String name) {
        EphemeralRunner runner = runners.get(new Request(set.getMetadata().getNamespace(), name));
        boolean lives = runner != null
                && !runner.isMarkedForDeletion()
                && Owners.controllerUid(runner).contains(set.getMetadata().getUid());
        return lives ? runner : null;
    }

    /** Logs what has changed since the latest decision. */
    static void log(Snapshot snapshot, RunnerCount.Decision decision) {
        RunnerCount count = snapshot.count();
        Memory memory = snapshot.memory();
        Integer before = memory.loggedNumber;
        if (before != null && before != count.desired()) {
            log.info(
                    "Desired number of runners changed from {} to {} (patch {})",
                    before,
                    count.desired(),
                    count.patchId());
        }
        if (decision.reason() != memory.loggedReason) {
            log.debug("To create: {}, to delete: {}: {}", decision.create(), decision.delete(), decision.reason());
        }
        memory.loggedNumber = count.desired();
        memory.loggedReason = decision.reason();
    }
}

package io.github.arc4j.controller.ephemeralrunnerset.scaling;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runners.HungRunner;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEndings;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the inputs of {@link RunnerCount}: the state of the caches, and what is remembered about each set between
 * passes. A new process knows only what is in the status; the next request of the listener corrects that.
 */
public final class ScalingState {
    private static final Logger log = LoggerFactory.getLogger(ScalingState.class);

    /**
     * How often to check whether departing runners have ended, because the end of a pod does not change its runner's
     * object.
     */
    private static final Duration DEPARTURE_CHECK = Duration.ofSeconds(2);

    /** What is remembered about a set. */
    static final class Memory {
        final EndingJobs jobs = new EndingJobs();
        final ReplacementBackoff backoff = new ReplacementBackoff();
        /** Names of runners that are deleted or retained, and are to be replaced. */
        final Set<String> replaced = ConcurrentHashMap.newKeySet();

        volatile @Nullable Integer fulfilledPatchId;
        volatile @Nullable Integer loggedNumber;
        volatile RunnerCount.@Nullable Reason loggedReason;
    }

    /**
     * The inputs of a decision.
     *
     * @param nextTimeout when the inputs may change although nothing happens; null if never
     * @param replacements the delayed replacements for retained runners, and for those that could not start
     * @param memory to be updated when the decision has been carried out
     */
    public record Snapshot(
            RunnerCount count,
            @Nullable Duration nextTimeout,
            ReplacementBackoff.Waiting replacements,
            Memory memory) {}

    private final ResourceCache<EphemeralRunnerSet> sets;
    private final RunnerIndex index;
    private final ResourceCache<EphemeralRunner> runners;
    private final FormerRunnerSets formerSets;
    private final RunnerEndings endings;
    private final InstantSource clock;
    private final PerObject<Memory> memories;

    public ScalingState(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceCache<EphemeralRunner> runners,
            RunnerIndex index,
            FormerRunnerSets formerSets,
            RunnerEndings endings,
            InstantSource clock) {
        this.sets = sets;
        this.index = index;
        this.runners = runners;
        this.formerSets = formerSets;
        this.endings = endings;
        this.clock = clock;
        this.memories = new PerObject<>(sets);
        sets.onChange((before, after) -> {
            Memory memory = after == null ? null : memories.get(after);
            if (after != null && memory != null) {
                memory.jobs.setChanged(after);
            }
        });
        runners.derive((before, after) -> {
            if (before != null && isLiving(before) && (after == null || !isLiving(after))) {
                EphemeralRunner ended = after == null ? before : after;
                memoryOfSetOf(ended).ifPresent(memory -> runnerEnded(ended, memory));
            } else if (before != null && Retention.isRetained(before) && (after == null || !isRetained(after))) {
                memoryOfSetOf(before).ifPresent(memory -> memory.backoff.remove(name(before)));
            }
            if (after != null && after.hasJob() && (before == null || !before.hasJob())) {
                memoryOfSetOf(after).ifPresent(memory -> memory.backoff.reset());
            }
        });
    }

    private static boolean isLiving(EphemeralRunner runner) {
        return !runner.isMarkedForDeletion() && !Retention.isRetained(runner);
    }

    private static boolean isRetained(EphemeralRunner runner) {
        return !runner.isMarkedForDeletion() && Retention.isRetained(runner);
    }

    private static String name(EphemeralRunner runner) {
        return runner.getMetadata().getName();
    }

    private Optional<Memory> memoryOfSetOf(EphemeralRunner runner) {
        return Owners.controllerIn(sets, runner).map(memories::get);
    }

    private void runnerEnded(EphemeralRunner runner, Memory memory) {
        String name = name(runner);
        memory.jobs.runnerEnded(name, runner.hasJob(), index.hasSucceeded(runner), clock.instant());
        if (HungRunner.isHung(runner)) {
            // The latest request may have been fulfilled with this runner, which was of no use.
            memory.replaced.add(name);
        }
        if (runner.hasJob()) {
            return;
        }
        if (isRetained(runner)) {
            memory.replaced.add(name);
            memory.backoff.failed(name, clock.instant());
        } else if (endings.of(runner).isBeforeStart()) {
            memory.replaced.add(name);
            memory.backoff.notStarted(name, clock.instant());
        }
    }

    /** The inputs at one moment: a runner that ends is either among those that exist or among those that have ended. */
    public Snapshot of(EphemeralRunnerSet set, int staleJobs, int creationLimit) {
        return index.read(() -> {
            Memory memory = memory(set);
            EndingJobs.Counts jobs = memory.jobs.count(set, name -> livingRunner(set, name), clock.instant());
            ReplacementBackoff.Waiting replacements = memory.backoff.waiting(clock.instant());
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
                            creationLimit)
                    .whileWaiting(replacements.number());
            return new Snapshot(count, jobs.nextTimeout(), replacements, memory);
        });
    }

    /** Call this before a runner is deleted to be replaced: the deletion may fail after it has taken effect. */
    public void replaces(EphemeralRunnerSet set, EphemeralRunner runner) {
        memory(set).replaced.add(runner.getMetadata().getName());
    }

    /**
     * Logs and remembers how many runners were created.
     *
     * @return when to decide again although nothing happens; null if there is nothing to wait for
     */
    public @Nullable Duration created(
            EphemeralRunnerSet set, Snapshot snapshot, RunnerCount.Decision decision, int created) {
        RunnerCount count = snapshot.count();
        Memory memory = snapshot.memory();
        replaced(set, memory).limit(count.replacementsDone(created)).toList().forEach(memory.replaced::remove);
        if (created > 0) {
            int existing = count.existing() + created;
            log.info(
                    "Created {} runner{}, now {} of {} desired: {}",
                    created,
                    created == 1 ? "" : "s",
                    existing,
                    count.desired(),
                    decision.reason());
        }
        // Delayed replacements are created later, although the request has been fulfilled.
        boolean isFulfilled =
                count.isFulfilledBy(created + snapshot.replacements().number());
        if (count.isNewRequest() && isFulfilled) {
            memory.fulfilledPatchId = count.patchId();
        }
        if (decision.waitsForDepartures()) {
            return DEPARTURE_CHECK;
        }
        return count.isNewRequest() && !isFulfilled ? snapshot.nextTimeout() : null;
    }

    /** The latest request that was fulfilled, as far as this process or the set's status knows. */
    public @Nullable Integer fulfilledPatchId(EphemeralRunnerSet set) {
        Memory memory = memories.get(set);
        if (memory != null && memory.fulfilledPatchId != null) {
            return memory.fulfilledPatchId;
        }
        return set.statusOrEmpty().observedPatchID();
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
        try {
            return Integer.parseInt(Annotations.get(runner, Annotations.PATCH_ID));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    public void templateChanged(EphemeralRunnerSet set) {
        memory(set).backoff.reset();
    }

    /** Whether the replacement for a retained runner is delayed. */
    public boolean isWaiting(EphemeralRunnerSet set, EphemeralRunner retained) {
        return memory(set).backoff.isWaiting(name(retained), clock.instant());
    }

    /** How many replacements are delayed. */
    public int waiting(EphemeralRunnerSet set) {
        return memory(set).backoff.waiting(clock.instant()).number();
    }

    private Memory memory(EphemeralRunnerSet set) {
        Memory known = memories.get(set);
        if (known != null) {
            return known;
        }
        Memory first = firstMemory(set); // not while the map is locked, because it reads the cache
        return memories.computeIfAbsent(set, () -> first);
    }

    /** A new process derives from the retained runners themselves how long their replacements are delayed. */
    private Memory firstMemory(EphemeralRunnerSet set) {
        Memory memory = new Memory();
        index.in(set, RunnerState.RETAINED).stream()
                .filter(runner -> !runner.hasJob())
                .sorted(Comparator.comparing(Retention::since))
                .forEach(runner -> {
                    memory.backoff.failed(name(runner), Retention.since(runner));
                    if (memory.backoff.isWaiting(name(runner), clock.instant())) {
                        memory.replaced.add(name(runner));
                    }
                });
        return memory;
    }

    /** The runners that are deleted, being deleted or retained, and whose replacements are due now. */
    private Stream<String> replaced(EphemeralRunnerSet set, Memory memory) {
        return memory.replaced.stream()
                .filter(name -> livingRunner(set, name) == null && !memory.backoff.isWaiting(name, clock.instant()));
    }

    private @Nullable EphemeralRunner livingRunner(EphemeralRunnerSet set, String name) {
        EphemeralRunner runner = runners.get(new Request(set.getMetadata().getNamespace(), name));
        boolean lives = runner != null && isLiving(runner) && Owners.isController(set, runner);
        return lives ? runner : null;
    }

    /** Logs what has changed since the latest decision. */
    public static void log(Snapshot snapshot, RunnerCount.Decision decision) {
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

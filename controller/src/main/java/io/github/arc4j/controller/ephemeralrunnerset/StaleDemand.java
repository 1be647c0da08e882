package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait although runners are idle. Either the runners are broken, although GitHub considers them online, or
 * GitHub's statistics count jobs that do not exist. So the oldest idle runners are replaced first, in small waves. If
 * the jobs still wait, they are considered stale: the desired number no longer includes them, but one idle runner is
 * kept for them, and as soon as any job starts, they count again.
 */
final class StaleDemand {
    /** How long jobs may wait although runners are idle, without any job starting, before each wave. */
    static final Duration STUCK_AFTER = Duration.ofMinutes(5);

    private static final int WAVES = 2;
    private static final int MAX_WAVE = 10;

    /** What is remembered about a set. A new process starts from scratch. */
    private static final class Memory {
        volatile @Nullable Instant waitingSince;
        volatile Instant lastStart = Instant.MIN;
        volatile Instant lastWave = Instant.MIN;
        /** Waves in which at least one runner was replaced. */
        volatile int waves;

        volatile boolean isWaveCounted;

        void reset(@Nullable Instant since) {
            waitingSince = since;
            lastWave = Instant.MIN;
            waves = 0;
        }
    }

    /**
     * What to do now.
     *
     * @param waiting jobs that have no runner
     * @param stale how many of them are considered not to exist
     * @param replaced idle runners to replace
     * @param next when to ask again; null if a change triggers that
     */
    record Plan(
            int waiting,
            int stale,
            List<EphemeralRunner> replaced,
            @Nullable Duration next) {
        static final Plan NONE = new Plan(0, 0, List.of(), null);

        /** How many runners are not needed because of stale jobs; one is kept for them. */
        int unneeded() {
            return Math.max(0, stale - 1);
        }
    }

    private final RunnerIndex index;
    private final InstantSource clock;
    private final PerObject<Memory> memories;

    StaleDemand(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceCache<EphemeralRunner> runners,
            RunnerIndex index,
            InstantSource clock) {
        this.index = index;
        this.clock = clock;
        this.memories = new PerObject<>(sets);
        runners.onChange((before, after) -> {
            if (after != null && after.hasJob() && (before == null || !before.hasJob())) {
                Owners.controllerIn(sets, after)
                        .map(memories::get)
                        .ifPresent(memory -> memory.lastStart = clock.instant());
            }
        });
    }

    /**
     * Plans for the current desired number.
     *
     * @param minRunners idle runners that the desired number includes
     * @param otherBusy runners with jobs that are not among those of the set; called only if it matters
     */
    Plan plan(EphemeralRunnerSet set, int minRunners, IntSupplier otherBusy) {
        long withoutOthers = (long) set.getSpec().replicas() - minRunners - index.countBusy(set);
        int waiting = withoutOthers <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, withoutOthers - otherBusy.getAsInt());
        Memory memory = memories.computeIfAbsent(set, Memory::new);
        if (waiting <= 0) {
            memory.reset(null);
            return Plan.NONE;
        }
        Instant now = clock.instant();
        Instant since = memory.waitingSince;
        if (since == null) {
            memory.reset(now);
            since = now;
        }
        if (memory.lastStart.isAfter(since)) {
            memory.reset(memory.lastStart);
            return new Plan(waiting, 0, List.of(), STUCK_AFTER);
        }
        int stale = set.statusOrEmpty().staleJobs();
        if (stale > 0) {
            return new Plan(waiting, Math.min(stale, waiting), List.of(), null);
        }
        return stuck(set, memory, waiting, since, now);
    }

    private Plan stuck(EphemeralRunnerSet set, Memory memory, int waiting, Instant since, Instant now) {
        Instant latest = memory.lastWave.isAfter(since) ? memory.lastWave : since;
        Duration remaining = Duration.between(now, latest.plus(STUCK_AFTER));
        if (remaining.isPositive()) {
            return new Plan(waiting, 0, List.of(), remaining);
        }
        List<EphemeralRunner> idle = RunnerDeletion.oldestIdleFirst(index.in(set, RunnerState.RUNNING));
        List<EphemeralRunner> longIdle =
                idle.stream().filter(runner -> isLongIdle(runner, now)).toList();
        if (longIdle.isEmpty()) {
            return new Plan(waiting, 0, List.of(), STUCK_AFTER);
        }
        if (memory.waves == WAVES) {
            return new Plan(waiting, Math.min(waiting, idle.size()), List.of(), null);
        }
        memory.isWaveCounted = false;
        memory.lastWave = now;
        int wave = Math.min(Math.min(waiting, MAX_WAVE), (longIdle.size() + 9) / 10);
        return new Plan(waiting, 0, longIdle.subList(0, wave), STUCK_AFTER);
    }

    /**
     * Call this for each runner of a wave that GitHub has removed. If it removes none, they have jobs that the cluster
     * does not know about, and the wave says nothing about the demand.
     */
    synchronized void replaced(EphemeralRunnerSet set) {
        Memory memory = memories.computeIfAbsent(set, Memory::new);
        if (!memory.isWaveCounted) {
            memory.isWaveCounted = true;
            memory.waves++;
        }
    }

    private static boolean isLongIdle(EphemeralRunner runner, Instant now) {
        return Conditions.since(runner.statusOrEmpty().conditions(), Conditions.READY, true)
                .filter(since -> !since.plus(STUCK_AFTER).isAfter(now))
                .isPresent();
    }
}

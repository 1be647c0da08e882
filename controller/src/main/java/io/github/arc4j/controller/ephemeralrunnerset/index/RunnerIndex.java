package io.github.arc4j.controller.ephemeralrunnerset.index;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The runners of each set by state, so that a pass over a set with thousands of runners does not have to look at each
 * of them. Sets are identified by namespace and UID.
 */
public final class RunnerIndex {
    private static final String BY_SET = "set";
    private static final String BY_STATE = "set/state";
    private static final String BY_HASH = "set/hash";
    private static final String STUCK = "set/stuck";
    private static final String BUSY = "set/busy";

    /** What a runner is doing, as its set sees it. */
    public enum RunnerState {
        PENDING,
        RUNNING,
        /** Ended with success; only objects of the Go controller get here, until their own reconciler deletes them. */
        FINISHED,
        FAILED,
        /** Failed, and kept for inspection. */
        RETAINED,
        OUTDATED,
        DELETING;

        public static RunnerState of(EphemeralRunner runner) {
            return runner.isMarkedForDeletion() ? DELETING : byPhase(runner);
        }

        /** What the status says, whether or not the runner is being deleted. */
        static RunnerState byPhase(EphemeralRunner runner) {
            return switch (runner.statusOrEmpty().phase()) {
                case Phase.RUNNING -> RUNNING;
                case Phase.SUCCEEDED -> FINISHED;
                case Phase.FAILED -> Retention.isRetained(runner) ? RETAINED : FAILED;
                case Phase.OUTDATED -> RunnerEnding.isOutdated(runner) ? OUTDATED : FAILED;
                default -> PENDING;
            };
        }

        /** Whether a runner in this state may take a job, now or later. */
        public boolean isAlive() {
            return this == PENDING || this == RUNNING;
        }

        private String key(String set) {
            return set + "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final ResourceCache<EphemeralRunner> cache;
    private final ResourceCache<Pod> pods;
    private final InstantSource clock;

    /** Adds its indexes to the cache of runners. */
    public RunnerIndex(ResourceCache<EphemeralRunner> cache, ResourceCache<Pod> pods, InstantSource clock) {
        this.cache = cache;
        this.pods = pods;
        this.clock = clock;
        cache.index(BY_SET, Owners::controllerKey);
        cache.index(
                BY_STATE,
                runner -> Owners.controllerKey(runner).stream()
                        .map(set -> RunnerState.of(runner).key(set))
                        .toList());
        cache.index(
                BUSY,
                runner ->
                        runner.hasJob() && RunnerState.of(runner).isAlive() ? Owners.controllerKey(runner) : List.of());
        cache.index(STUCK, runner -> isStuck(runner) ? Owners.controllerKey(runner) : List.of());
        cache.index(
                BY_HASH,
                runner -> Owners.controllerKey(runner).stream()
                        .map(set -> set + "/" + hash(runner))
                        .toList());
    }

    /** Number of runners of a set in each state at one moment. */
    public record Counts(int pending, int running, int finished, int failed, int retained, int outdated, int deleting) {
        /** The runners that count towards the desired number. */
        public int total() {
            return pending + running + failed;
        }

        public int all() {
            return total() + finished + retained + outdated + deleting;
        }
    }

    public Counts counts(EphemeralRunnerSet set) {
        return read(() -> new Counts(
                count(set, RunnerState.PENDING),
                count(set, RunnerState.RUNNING),
                count(set, RunnerState.FINISHED),
                count(set, RunnerState.FAILED),
                count(set, RunnerState.RETAINED),
                count(set, RunnerState.OUTDATED),
                count(set, RunnerState.DELETING)));
    }

    public List<EphemeralRunner> all(EphemeralRunnerSet set) {
        return runnersOf(set, cache);
    }

    /**
     * The runners of a set, without reading those of others.
     *
     * @param runners a cache with the indexes of a {@code RunnerIndex}
     */
    public static List<EphemeralRunner> runnersOf(EphemeralRunnerSet set, ResourceCache<EphemeralRunner> runners) {
        return runners.byIndex(BY_SET, Owners.key(set));
    }

    public List<EphemeralRunner> in(EphemeralRunnerSet set, RunnerState state) {
        return cache.byIndex(BY_STATE, state.key(Owners.key(set)));
    }

    /** Runners that cannot start at present, although Kubernetes keeps trying. */
    public List<EphemeralRunner> stuck(EphemeralRunnerSet set) {
        return cache.byIndex(STUCK, Owners.key(set));
    }

    public int countBusy(EphemeralRunnerSet set) {
        return cache.count(BUSY, Owners.key(set));
    }

    public int countStuck(EphemeralRunnerSet set) {
        return cache.count(STUCK, Owners.key(set));
    }

    /**
     * Number of departing runners: they are being deleted, but may still take or finish a job. GitHub has not removed
     * them yet, or their registration is in progress.
     */
    public int countDeparting(EphemeralRunnerSet set) {
        return count(set, RunnerState.DELETING) == 0
                ? 0
                : (int) in(set, RunnerState.DELETING).stream()
                        .filter(this::mayRunJob)
                        .count();
    }

    private boolean mayRunJob(EphemeralRunner runner) {
        boolean isRegistered = runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER_REGISTRATION);
        if (!isRegistered || !RunnerState.byPhase(runner).isAlive()) {
            return false;
        }
        Pod pod = pods.get(Request.of(runner));
        // If the status names no job, the pod may be too new for the cache.
        return pod == null ? !runner.hasJob() : PodState.mayRun(pod, clock.instant());
    }

    /** Whether the pod of any runner has been accepted and has no known problem. */
    boolean isAnyStarted(EphemeralRunnerSet set) {
        return count(set, RunnerState.RUNNING) > 0
                || in(set, RunnerState.PENDING).stream().anyMatch(RunnerIndex::isStarting);
    }

    private static boolean isStarting(EphemeralRunner runner) {
        return runner.statusOrEmpty().runnerId() > 0
                && runner.statusOrEmpty().reason().isEmpty();
    }

    private static boolean isStuck(EphemeralRunner runner) {
        return RunnerState.of(runner) == RunnerState.PENDING
                && !runner.statusOrEmpty().reason().isEmpty();
    }

    /** Whether the runner's pod succeeded, usually after a job. */
    public boolean hasSucceeded(EphemeralRunner runner) {
        Pod pod = pods.get(Request.of(runner));
        return pod != null && PodState.of(pod) instanceof PodState.Succeeded;
    }

    /**
     * Runners that are not being deleted, and were created from a spec other than the current one, or by a controller
     * that computes hashes differently.
     */
    public List<EphemeralRunner> withOtherHash(EphemeralRunnerSet set) {
        String key = Owners.key(set);
        String current = hash(set);
        boolean allCurrent = read(() -> cache.count(BY_HASH, key + "/" + current) == cache.count(BY_SET, key));
        return allCurrent
                ? List.of()
                : all(set).stream()
                        .filter(runner ->
                                !runner.isMarkedForDeletion() && !hash(runner).equals(current))
                        .toList();
    }

    private int count(EphemeralRunnerSet set, RunnerState state) {
        return cache.count(BY_STATE, state.key(Owners.key(set)));
    }

    /** Runs several quick reads while no runner changes. */
    public <R> R read(Supplier<R> reads) {
        return cache.read(reads);
    }

    private static String hash(HasMetadata object) {
        return Annotations.get(object, Annotations.INTEGRITY_HASH);
    }
}

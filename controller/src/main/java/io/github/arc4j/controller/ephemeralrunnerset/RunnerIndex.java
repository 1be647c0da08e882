package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The runners of each set, counted by what they are doing, so that a pass over a set of thousands need not look at each
 * of them. Sets are told apart by UID.
 */
public final class RunnerIndex {
    private static final String BY_SET = "set";
    private static final String BY_BUCKET = "set/bucket";
    private static final String BY_HASH = "set/hash";
    private static final String STUCK = "set/stuck";

    /** What a runner is doing, as its set sees it. */
    enum Bucket {
        PENDING,
        RUNNING,
        /** Ended well; only objects of the Go controller get here. */
        FINISHED,
        FAILED,
        OUTDATED,
        DELETING;

        static Bucket of(EphemeralRunner runner) {
            return runner.isMarkedForDeletion() ? DELETING : byPhase(runner);
        }

        /** What its status tells, whether or not it is being deleted. */
        static Bucket byPhase(EphemeralRunner runner) {
            String phase = runner.getStatus() == null ? "" : runner.getStatus().phase();
            return switch (phase) {
                case Phase.RUNNING -> RUNNING;
                case Phase.SUCCEEDED -> FINISHED;
                case Phase.FAILED -> FAILED;
                case Phase.OUTDATED -> OUTDATED;
                default -> PENDING;
            };
        }

        private String key(String setUid) {
            return setUid + "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final ResourceCache<EphemeralRunner> cache;

    /** Adds its indexes to the cache. */
    public RunnerIndex(ResourceCache<EphemeralRunner> cache) {
        this.cache = cache;
        cache.index(BY_SET, Owners::controllerUid);
        cache.index(
                BY_BUCKET,
                runner -> Owners.controllerUid(runner).stream()
                        .map(uid -> Bucket.of(runner).key(uid))
                        .toList());
        cache.index(STUCK, runner -> isStuck(runner) ? Owners.controllerUid(runner) : List.of());
        cache.index(
                BY_HASH,
                runner -> Owners.controllerUid(runner).stream()
                        .map(uid -> uid + "/" + hash(runner.getMetadata().getAnnotations()))
                        .toList());
    }

    /** Number of runners of a set in each state at one moment. {@code total} is what counts as capacity. */
    record Counts(int pending, int running, int finished, int failed, int outdated, int deleting) {
        int total() {
            return pending + running + failed;
        }

        int all() {
            return total() + finished + outdated + deleting;
        }
    }

    Counts counts(EphemeralRunnerSet set) {
        return read(() -> new Counts(
                count(set, Bucket.PENDING),
                count(set, Bucket.RUNNING),
                count(set, Bucket.FINISHED),
                count(set, Bucket.FAILED),
                count(set, Bucket.OUTDATED),
                count(set, Bucket.DELETING)));
    }

    List<EphemeralRunner> all(EphemeralRunnerSet set) {
        return cache.byIndex(BY_SET, set.getMetadata().getUid());
    }

    List<EphemeralRunner> in(EphemeralRunnerSet set, Bucket bucket) {
        return cache.byIndex(BY_BUCKET, bucket.key(set.getMetadata().getUid()));
    }

    /** Runners that cannot start as things are, though Kubernetes goes on trying. */
    List<EphemeralRunner> stuck(EphemeralRunnerSet set) {
        return cache.byIndex(STUCK, set.getMetadata().getUid());
    }

    int countStuck(EphemeralRunnerSet set) {
        return cache.count(STUCK, set.getMetadata().getUid());
    }

    /** Whether the pod of any runner was accepted and is not known to be in trouble. */
    boolean isAnyStarted(EphemeralRunnerSet set) {
        return count(set, Bucket.RUNNING) > 0
                || in(set, Bucket.PENDING).stream().anyMatch(RunnerIndex::isStarting);
    }

    private static boolean isStarting(EphemeralRunner runner) {
        EphemeralRunnerStatus status = runner.getStatus();
        return status != null && status.runnerId() > 0 && status.reason().isEmpty();
    }

    private static boolean isStuck(EphemeralRunner runner) {
        return Bucket.of(runner) == Bucket.PENDING
                && runner.getStatus() != null
                && !runner.getStatus().reason().isEmpty();
    }

    /** Runners that were made from another runner spec than the set has now, or whose maker wrote another hash. */
    List<EphemeralRunner> withOtherHash(EphemeralRunnerSet set) {
        String uid = set.getMetadata().getUid();
        String current = hash(set.getMetadata().getAnnotations());
        boolean allCurrent = read(() -> cache.count(BY_HASH, uid + "/" + current) == cache.count(BY_SET, uid));
        return allCurrent
                ? List.of()
                : all(set).stream()
                        .filter(runner ->
                                !hash(runner.getMetadata().getAnnotations()).equals(current))
                        .toList();
    }

    private int count(EphemeralRunnerSet set, Bucket bucket) {
        return cache.count(BY_BUCKET, bucket.key(set.getMetadata().getUid()));
    }

    /** Runs several quick reads over one state of all runners. */
    <R> R read(Supplier<R> reads) {
        return cache.read(reads);
    }

    private static String hash(@org.jspecify.annotations.Nullable Map<String, String> annotations) {
        return annotations == null ? "" : annotations.getOrDefault(Annotations.INTEGRITY_HASH, "");
    }
}

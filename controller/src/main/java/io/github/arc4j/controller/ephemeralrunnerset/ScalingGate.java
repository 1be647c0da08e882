package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a set may scale now. A wish of the listener, told by its patch ID, is carried out once: runners that
 * end afterwards are not replaced, since the listener will say how many there should be without them. Patch ID 0 stands
 * for an idle set, which is kept at its minimum all the time.
 *
 * <p>A wish for fewer runners than the one before comes from jobs that ended, and GitHub counts them a little later than
 * their runners are gone here; what seems to be missing then mostly is not. So it waits for a moment whether the next
 * wish says the same.
 *
 * <p>What was carried out is remembered here and, with the next status, in the object; the Go controller's objects have
 * it only in the annotations of their runners.
 */
final class ScalingGate {
    private static final Duration HESITATION = Duration.ofSeconds(2);

    private record Progress(
            int carriedOut,
            int seen,
            int replicas,
            @Nullable Instant shrinkingSince) {}

    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private final InstantSource clock;

    ScalingGate(InstantSource clock) {
        this.clock = clock;
    }

    boolean isOpen(EphemeralRunnerSet set, Supplier<List<EphemeralRunner>> runners) {
        int wish = set.getSpec().patchID();
        return wish == 0 || wish != lastCarriedOut(set, runners);
    }

    /** How long to wait before runners are made for this wish; zero if not at all. */
    Duration hesitation(EphemeralRunnerSet set) {
        Progress now = progress.computeIfPresent(set.getMetadata().getUid(), (uid, before) -> seen(set, before));
        if (now == null || now.shrinkingSince() == null || set.getSpec().patchID() == 0) {
            return Duration.ZERO;
        }
        Duration rest = Duration.between(clock.instant(), now.shrinkingSince().plus(HESITATION));
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    private Progress seen(EphemeralRunnerSet set, Progress before) {
        int wish = set.getSpec().patchID();
        int replicas = set.getSpec().replicas();
        if (wish == before.seen()) {
            return before;
        }
        Instant since = before.shrinkingSince() == null ? clock.instant() : before.shrinkingSince();
        return new Progress(before.carriedOut(), wish, replicas, replicas < before.replicas() ? since : null);
    }

    /** All runners of the wish were made. */
    void carriedOut(EphemeralRunnerSet set) {
        int wish = set.getSpec().patchID();
        progress.put(
                set.getMetadata().getUid(),
                new Progress(wish, wish, set.getSpec().replicas(), null));
    }

    void forget(EphemeralRunnerSet set) {
        progress.remove(set.getMetadata().getUid());
    }

    /** The last wish that was carried out, as far as this process or the object's status tells. */
    @Nullable Integer onRecord(EphemeralRunnerSet set) {
        Progress known = progress.get(set.getMetadata().getUid());
        if (known != null) {
            return known.carriedOut();
        }
        return set.getStatus() == null ? null : set.getStatus().observedPatchID();
    }

    private int lastCarriedOut(EphemeralRunnerSet set, Supplier<List<EphemeralRunner>> runners) {
        Integer known = onRecord(set);
        return known != null
                ? known
                : runners.get().stream().mapToInt(ScalingGate::patchId).max().orElse(0);
    }

    private static int patchId(EphemeralRunner runner) {
        Map<String, String> annotations = runner.getMetadata().getAnnotations();
        try {
            return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(Annotations.PATCH_ID, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}

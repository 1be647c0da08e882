package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the removal of runners takes. A runner ends when its pod does, or when its deletion is requested
 * while it has no job. Only the process that reconciles a runner measures its removal, so each is measured once.
 */
final class RunnerEndTimes {
    private final ResourceCache<EphemeralRunner> runners;
    private final InstantSource clock;
    private final Map<String, Instant> ends = new ConcurrentHashMap<>();

    RunnerEndTimes(ResourceCache<EphemeralRunner> runners, RunnerMetrics metrics, InstantSource clock) {
        this.runners = runners;
        this.clock = clock;
        runners.onChange((before, after) -> {
            if (before != null && after == null) {
                Instant end = ends.remove(before.getMetadata().getUid());
                if (end != null) {
                    metrics.removed(before, end, clock.instant());
                }
            }
        });
    }

    /** Takes the current state of a runner that is reconciled. */
    void observe(EphemeralRunner runner, @Nullable Pod pod) {
        update(runner, pod);
        EphemeralRunner cached = runners.get(Request.of(runner));
        String uid = runner.getMetadata().getUid();
        if (cached == null || !cached.getMetadata().getUid().equals(uid)) {
            ends.remove(uid); // the state was stale: the runner is deleted, and nothing else would remove its end
        }
    }

    /** The number of existing runners that have ended. */
    int size() {
        return ends.size();
    }

    private void update(EphemeralRunner runner, @Nullable Pod pod) {
        String uid = runner.getMetadata().getUid();
        if (runner.statusOrEmpty().done()) {
            // Its object was kept deliberately until its deletion.
            ends.remove(uid);
            if (runner.isMarkedForDeletion()) {
                ends.put(uid, deletion(runner));
            }
        } else if (pod != null && PodState.of(pod).isEnd()) {
            ends.computeIfAbsent(uid, ended -> PodState.endTime(pod).orElseGet(clock::instant));
        } else if (runner.isMarkedForDeletion() && !runner.statusOrEmpty().hasJob()) {
            ends.computeIfAbsent(uid, ended -> deletion(runner));
        } else if (pod != null) {
            ends.remove(uid); // the runner has another pod, or got a job before its deletion
        }
    }

    private static Instant deletion(EphemeralRunner runner) {
        return Instant.parse(runner.getMetadata().getDeletionTimestamp());
    }
}

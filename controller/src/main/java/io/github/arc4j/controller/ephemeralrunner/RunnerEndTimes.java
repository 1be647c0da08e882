package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.RunnerMetrics;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the removal of runners takes. A runner ends when its pod does, or when its deletion is requested
 * while it has no job. Only the process that reconciles a runner measures its removal, so each is measured once.
 */
final class RunnerEndTimes {
    private final InstantSource clock;
    private final PerObject<Instant> ends;

    RunnerEndTimes(ResourceCache<EphemeralRunner> runners, RunnerMetrics metrics, InstantSource clock) {
        this.clock = clock;
        this.ends = new PerObject<>(runners, (runner, end) -> metrics.removed(runner, end, clock.instant()));
    }

    /** Takes the current state of a runner that is reconciled. */
    void observe(EphemeralRunner runner, @Nullable Pod pod) {
        if (runner.statusOrEmpty().done()) {
            // Its object was kept deliberately until its deletion.
            if (runner.isMarkedForDeletion()) {
                ends.put(runner, deletion(runner));
            } else {
                ends.remove(runner);
            }
        } else if (pod != null && PodState.of(pod).isEnd()) {
            ends.computeIfAbsent(runner, () -> PodState.endTime(pod).orElseGet(clock::instant));
        } else if (runner.isMarkedForDeletion() && !runner.statusOrEmpty().hasJob()) {
            ends.computeIfAbsent(runner, () -> deletion(runner));
        } else if (pod != null) {
            ends.remove(runner); // the runner has another pod, or got a job before its deletion
        }
    }

    /** The number of existing runners that have ended. */
    int size() {
        return ends.size();
    }

    private static Instant deletion(EphemeralRunner runner) {
        return Instant.parse(runner.getMetadata().getDeletionTimestamp());
    }
}

package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of a runner, and when it reached each stage.
 *
 * @param pod kept after its deletion; null if there has not been one
 */
public record ObservedRunner(
        EphemeralRunner runner, @Nullable Pod pod, RunnerStages stages) {
    /**
     * The state after another observation.
     *
     * @param known the state before; null for a runner that is observed for the first time
     * @param pod null if the runner has no pod
     */
    public static ObservedRunner next(
            @Nullable ObservedRunner known, EphemeralRunner runner, @Nullable Pod pod, Instant now) {
        if (known == null || !uid(known.runner()).equals(uid(runner))) {
            return new ObservedRunner(runner, pod, RunnerStages.of(runner, now).with(pod, now));
        }
        Pod latest = pod == null ? known.pod() : pod;
        return new ObservedRunner(runner, latest, known.stages().with(latest, now));
    }

    private static String uid(EphemeralRunner runner) {
        return runner.getMetadata().getUid();
    }
}

package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.EphemeralRunnerReconciler;
import io.github.arc4j.controller.ephemeralrunnerset.index.PodReader;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Gives runner sets the same interpretation of pods as the runner reconciler. */
final class RunnerPodReader implements PodReader {
    private final InstantSource clock;

    RunnerPodReader(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public long runnerId(EphemeralRunner runner, @Nullable Pod pod) {
        return EphemeralRunnerReconciler.runnerId(runner, pod);
    }

    @Override
    public boolean mayRun(Pod pod) {
        return EphemeralRunnerReconciler.mayRun(pod, clock.instant());
    }

    @Override
    public boolean missesConfiguration(EphemeralRunner runner) {
        return EphemeralRunnerReconciler.missesConfiguration(runner);
    }

    @Override
    public boolean isHung(EphemeralRunner runner) {
        return EphemeralRunnerReconciler.isHung(runner);
    }

    @Override
    public boolean hasSucceeded(Pod pod) {
        return EphemeralRunnerReconciler.hasSucceeded(pod);
    }
}

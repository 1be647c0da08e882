package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ephemeralrunner.pod.PodState;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.ephemeralrunnerset.index.PodReader;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Gives runner sets the same interpretation of pods as the runner reconciler. */
record RunnerPodReader(InstantSource clock) implements PodReader {
    @Override
    public long runnerId(EphemeralRunner runner, @Nullable Pod pod) {
        return Statuses.runnerId(runner, pod);
    }

    @Override
    public boolean mayRun(Pod pod) {
        return PodState.mayRun(pod, clock.instant());
    }

    @Override
    public boolean missesConfiguration(EphemeralRunner runner) {
        return runner.statusOrEmpty().reason().equals(PodState.CONFIG_ERROR);
    }

    @Override
    public boolean isHung(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), Statuses.ONLINE, false)
                        .isPresent()
                || Statuses.jobCompleted(runner).isPresent();
    }

    @Override
    public boolean hasSucceeded(Pod pod) {
        return PodState.of(pod) instanceof PodState.Succeeded;
    }
}

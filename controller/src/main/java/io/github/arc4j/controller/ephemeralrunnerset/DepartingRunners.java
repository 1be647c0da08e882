package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.function.Predicate;

/**
 * Runners that are being deleted, but may still take a job or finish one: GitHub has not let go of them yet, or their
 * registration is under way. Nothing is created in their place until then.
 */
final class DepartingRunners {
    private final RunnerIndex index;
    private final ResourceCache<Pod> pods;
    private final Predicate<Pod> mayRun;

    /** @param mayRun whether the runner of a pod may work, now or later */
    DepartingRunners(RunnerIndex index, ResourceCache<Pod> pods, Predicate<Pod> mayRun) {
        this.index = index;
        this.pods = pods;
        this.mayRun = mayRun;
    }

    int count(EphemeralRunnerSet set) {
        return index.counts(set).deleting() == 0
                ? 0
                : (int) index.in(set, Bucket.DELETING).stream()
                        .filter(this::mayRunJob)
                        .count();
    }

    private boolean mayRunJob(EphemeralRunner runner) {
        Bucket phase = Bucket.byPhase(runner);
        boolean isRegistered = runner.getMetadata().getFinalizers().contains(Finalizers.EPHEMERAL_RUNNER_REGISTRATION);
        if (!isRegistered || (phase != Bucket.PENDING && phase != Bucket.RUNNING)) {
            return false;
        }
        Pod pod = pods.get(Request.of(runner));
        // Without a job on record the cache may not have the pod yet.
        return pod == null ? !runner.hasJob() : mayRun.test(pod);
    }
}

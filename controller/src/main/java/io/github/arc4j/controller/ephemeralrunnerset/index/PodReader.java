package io.github.arc4j.controller.ephemeralrunnerset.index;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import org.jspecify.annotations.Nullable;

/** Reads from a pod how its runner is. The runners' own reconciler, which this package does not know, does it that way. */
public interface PodReader {
    /** Id at GitHub of a runner: its pod knows it before its status does. 0 if neither does. */
    long runnerId(EphemeralRunner runner, @Nullable Pod pod);

    /** Whether the runner of a pod may work, now or later: it has not ended, and its node has not lost it. */
    boolean mayRun(Pod pod);

    /** Whether a Secret or ConfigMap that the runner's pod needs is missing, according to the runner's status. */
    boolean missesConfiguration(EphemeralRunner runner);

    /** Whether the runner takes no job although it runs, according to its status: it is offline, or its job is over. */
    boolean isHung(EphemeralRunner runner);

    /** Whether the runner of a pod ended with success, mostly after a job. */
    boolean hasSucceeded(Pod pod);
}

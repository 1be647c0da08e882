package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import org.jspecify.annotations.Nullable;

/** What pods say of their runners; the runners' reconciler knows how to read them. */
public interface RunnerPods {
    /** Id at GitHub of a runner: its pod knows it before its status does. 0 if neither does. */
    long runnerId(EphemeralRunner runner, @Nullable Pod pod);

    /** Whether the runner of a pod ended with success, mostly after a job. */
    boolean hasSucceeded(Pod pod);
}

package io.github.arc4j.controller.ephemeralrunnerset.index;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import org.jspecify.annotations.Nullable;

/** Interprets the pods of runners in the same way as the runners' own reconciler, which this package does not know. */
public interface PodReader {
    /** The GitHub ID of a runner, from its pod, which has it first, or its status; 0 if neither has it. */
    long runnerId(EphemeralRunner runner, @Nullable Pod pod);

    /** Whether the runner of a pod may run a job, now or later: it has neither ended nor been lost with its node. */
    boolean mayRun(Pod pod);

    /** Whether a Secret or ConfigMap that the runner's pod needs is missing, according to the runner's status. */
    boolean missesConfiguration(EphemeralRunner runner);

    /**
     * Whether the runner gets no job although it is running, according to its status: it is offline, or its job has
     * completed.
     */
    boolean isHung(EphemeralRunner runner);

    /** Whether the runner of a pod succeeded, usually after a job. */
    boolean hasSucceeded(Pod pod);
}

package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.JobStarted;

/** The two things that a listener writes to the cluster. Both may be repeated, and may come from several threads. */
public interface RunnerSetPatches {
    /**
     * Sets how many runners there should be.
     *
     * @param patchId see the EphemeralRunnerSet's {@code patchID}
     * @throws KubeException if the cluster does not have it
     */
    void scale(int patchId, int replicas) throws InterruptedException;

    /** The job of this runner is over: the numbers that are told from now on are without it. */
    void jobCompleted(String runnerName);

    /**
     * Notes in the runner's status that it runs, and which job.
     *
     * @return false if there is no such runner
     * @throws KubeException if the cluster does not have it
     */
    boolean markJobStarted(JobStarted job) throws InterruptedException;
}

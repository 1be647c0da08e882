package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobStarted;

/** The two writes of a listener to the cluster. Both may be repeated, and may be called from several threads. */
public interface RunnerSetPatches {
    /**
     * Sets the desired number of runners.
     *
     * @param patchId see the EphemeralRunnerSet's {@code patchID}
     * @throws KubeException if the write failed
     */
    void scale(int patchId, int replicas) throws InterruptedException;

    /** Records that a job has completed: numbers written from now on do not include its runner. */
    void jobCompleted(JobCompleted job);

    /**
     * Records in the runner's status that it runs, and which job.
     *
     * @return false if there is no such runner
     * @throws KubeException if the write failed
     */
    boolean markJobStarted(JobStarted job) throws InterruptedException;
}

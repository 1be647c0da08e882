package io.github.arc4j.listener.scaling;

/**
 * Decides what to patch into the EphemeralRunnerSet. The patch ID tells the reconciler how to apply the number: with 0,
 * it may remove idle runners; with a new ID, it replaces lost runners and never removes any. So 0 is sent first, and
 * later only if nothing has happened since the last patch and the number is the minimum.
 *
 * <p>To be used by one thread at a time; {@link #applied} may be called by another thread while the first one waits for
 * it.
 */
public final class Scaler {
    /** @param replicas desired runners, including idle ones */
    record Decision(int patchId, int replicas) {}

    private static final int NONE = -1;

    private final int minRunners;
    private final int maxRunners;
    private int patchId = NONE;
    private int appliedReplicas = NONE;
    private boolean jobsChanged;
    private boolean surplusKept;

    public Scaler(int minRunners, int maxRunners) {
        this.minRunners = minRunners;
        this.maxRunners = maxRunners;
    }

    /** Records that a job started or completed: the next patch must not remove runners. */
    void jobsChanged() {
        jobsChanged = true;
    }

    /** Begins a new patch ID. A patch may arrive although its call fails, so the next one must not have the same ID. */
    void nextPatchId() {
        patchId = patchId == Integer.MAX_VALUE ? 1 : patchId + 1;
    }

    /** Returns what to patch now. */
    Decision decide(int assignedJobs) {
        int replicas = (int) Math.min((long) minRunners + assignedJobs, maxRunners);
        boolean isFirst = appliedReplicas == NONE;
        boolean isSettled = !jobsChanged && replicas == appliedReplicas && replicas == minRunners;
        return new Decision(isFirst || isSettled ? 0 : patchId, replicas);
    }

    /** Records that the decision is in the cluster. */
    void applied(Decision decision) {
        appliedReplicas = decision.replicas();
        jobsChanged = false;
        surplusKept = appliedReplicas == minRunners && decision.patchId() != 0;
    }

    /** Whether the desired number is the minimum, but its patch ID made the cluster keep idle runners beyond it. */
    boolean keepsSurplus() {
        return surplusKept;
    }
}

package io.github.arc4j.listener.scaling;

/**
 * Decides what to patch into the EphemeralRunnerSet. The patch ID tells its reconciler how to take the number: with 0
 * it may remove idle runners, with a new id it replaces lost runners and never removes any. So 0 is sent first, and
 * then only when nothing happened since the last patch and the number is the minimum.
 *
 * <p>For one thread at a time; {@link #applied} may come from another that the first one waits for.
 */
public final class Scaler {
    /** @param replicas wanted runners, idle ones included */
    record Decision(int patchId, int replicas) {}

    private static final int NONE = -1;

    private final int minRunners;
    private final int maxRunners;
    private int target = NONE;
    private int sequence = NONE;
    private boolean dirty;
    private boolean surplusKept;

    public Scaler(int minRunners, int maxRunners) {
        this.minRunners = minRunners;
        this.maxRunners = maxRunners;
    }

    /** A job started or completed: the next patch must not remove runners. */
    void jobsChanged() {
        dirty = true;
    }

    /** What to patch now; counts as sent only with {@link #applied}. */
    Decision decide(int assignedJobs) {
        sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
        int wanted = (int) Math.min((long) minRunners + assignedJobs, maxRunners);
        boolean settled = !dirty && wanted == target && wanted == minRunners;
        return new Decision(target == NONE || settled ? 0 : sequence, wanted);
    }

    /** The cluster has the decision. */
    void applied(Decision decision) {
        target = decision.replicas();
        dirty = false;
        surplusKept = target == minRunners && decision.patchId() != 0;
    }

    /** Whether the cluster is at the minimum, but was told to keep idle runners beyond it. */
    boolean keepsSurplus() {
        return surplusKept;
    }
}

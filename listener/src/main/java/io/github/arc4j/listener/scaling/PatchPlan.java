package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.scaling.Scaler.Decision;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the jobs and about the number in the cluster, and the rules for when to patch the number again.
 * {@link RunnerSetScaling} carries out the patches. Times are those of {@link System#nanoTime}. To be used by one thread
 * at a time.
 */
final class PatchPlan {
    /**
     * How long after the completion of a job its runner may still be counted in the cluster. A number written in this
     * time is reached including that runner, and is not checked again when the runner is deleted: the next job would have
     * no runner until the next patch, up to 50 seconds later.
     */
    private static final Duration RUNNER_END = Duration.ofSeconds(10);

    /**
     * How often a patch is repeated that changes nothing unless others have changed the runner set. Only if no runners
     * are desired: a runner set that was recreated has none, and must get a minimum number of runners earlier.
     */
    private static final Duration REPEAT_INTERVAL = Duration.ofMinutes(5);

    private final Scaler scaler;
    private Statistics statistics = Statistics.ZERO;
    private long lastCompletion;
    /** Whether a message since the last patch brought jobs that need runners. */
    private boolean jobsNeedRunners;
    /** The last patch that the cluster has confirmed. */
    private @Nullable Decision confirmed;

    private long confirmedAt;
    /** Whether a later patch has failed, so that either number may be in the cluster. */
    private boolean outcomeUnknown;
    /** Whether a patch waits until it can be merged with later ones. */
    private boolean deferred;

    PatchPlan(Scaler scaler, long now) {
        this.scaler = scaler;
        this.lastCompletion = now - RUNNER_END.toNanos();
    }

    void opened(Statistics initial) {
        scaler.nextPatchId();
        statistics = initial;
    }

    /** Records a poll without a message. Like the Go listener's, each event has a patch ID, even if it needs no patch. */
    void idle() {
        scaler.nextPatchId();
    }

    /**
     * Records a message. The {@link #current} decision, unless it {@link #isInCluster}, is to be patched immediately
     * if {@link #jobsNeedRunners}, and can be deferred otherwise.
     *
     * @param started how many jobs have started
     * @param completed how many jobs have completed
     * @param atOnce whether the patch must not be deferred
     */
    void received(Statistics latest, int started, int completed, boolean atOnce, long now) {
        boolean jobsCame = latest.totalAssignedJobs() > statistics.totalAssignedJobs() - completed;
        scaler.nextPatchId();
        statistics = latest;
        if (started > 0 || completed > 0) {
            scaler.jobsChanged();
        }
        if (completed > 0) {
            lastCompletion = now;
        }
        jobsNeedRunners = !isInCluster() && (jobsNeedRunners || atOnce || jobsCame || completionsMakeRoom(completed));
    }

    /** Whether {@code maxRunners} kept jobs from getting runners, which the completion of other jobs allows now. */
    private boolean completionsMakeRoom(int completed) {
        return confirmed != null && current().replicas() > confirmed.replicas() - completed;
    }

    boolean jobsNeedRunners() {
        return jobsNeedRunners;
    }

    /** Returns what to patch according to the latest statistics. */
    Decision current() {
        return scaler.decide(statistics.totalAssignedJobs());
    }

    /** Whether the cluster has the {@link #current} decision. */
    boolean isInCluster() {
        return !outcomeUnknown && !deferred && current().equals(confirmed);
    }

    /**
     * Whether to patch after a poll without a message. The patch corrects changes that others have made to the runner
     * set. An idle listener repeats it after {@link #REPEAT_INTERVAL}, so that many of them do not keep the API server
     * busy.
     */
    boolean isDueWhenIdle(long now) {
        return !isInCluster() || current().replicas() > 0 || now - confirmedAt >= REPEAT_INTERVAL.toNanos();
    }

    /** Whether the runner set may soon have runners too many or too few, although it got the number. */
    boolean needsFollowUp(long now) {
        return !deferred && (surplusMayRemain() || runnerMayBeMissing(now));
    }

    private boolean surplusMayRemain() {
        return scaler.keepsSurplus() && statistics.totalAssignedJobs() == 0;
    }

    private boolean runnerMayBeMissing(long now) {
        return statistics.totalAssignedJobs() > statistics.totalRunningJobs()
                && now - lastCompletion < RUNNER_END.toNanos();
    }

    void defer() {
        deferred = true;
    }

    boolean isDeferred() {
        return deferred;
    }

    /** Records that a patch is sent. */
    void sending() {
        outcomeUnknown = true;
    }

    /** Records that the patch is in the cluster. Returns whether it differs from the one before. */
    boolean confirmed(Decision decision, long now) {
        boolean changed = !decision.equals(confirmed);
        outcomeUnknown = false;
        confirmed = decision;
        confirmedAt = now;
        deferred = false;
        jobsNeedRunners = false;
        scaler.applied(decision);
        return changed;
    }
}

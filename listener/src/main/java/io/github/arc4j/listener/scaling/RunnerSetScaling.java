package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.loop.Trouble;
import io.github.arc4j.actions.loop.TroubleBackoff;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.scaling.Scaler.Decision;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes the desired number of runners to the cluster: immediately if jobs need runners, and a moment later if jobs
 * only started or completed, so that several messages share a patch. Some time after a job has completed, it writes the
 * number again. Patches are sent one at a time, so that the cluster gets the numbers in order.
 */
public final class RunnerSetScaling {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerSetScaling.class);

    /** How long a number may be deferred if no job waits for it. */
    public static final Duration MERGE_WINDOW = Duration.ofSeconds(2);

    /**
     * After the last job, there may be surplus runners, which replaced others whose end GitHub had not counted yet.
     * They are removed after this delay; the Go listener has them removed when the next poll ends without a message, up
     * to 50 seconds later. A job that arrives in the meantime is not harmed: a message announces it, and GitHub
     * deregisters only idle runners.
     */
    public static final Duration SURPLUS_KEPT = Duration.ofSeconds(3);

    /**
     * How long after the completion of a job its runner may still be counted in the cluster. A desired number written
     * in this time is reached including that runner, and is not checked again when the runner is gone: the next job
     * would have no runner until the next patch, up to 50 seconds later.
     */
    private static final Duration RUNNER_END = Duration.ofSeconds(10);

    /**
     * How often a patch is repeated that changes nothing unless others have changed the runner set. Only if no runners
     * are desired: a runner set that was recreated has none, and must get a minimum number of runners earlier.
     */
    static final Duration REPEAT_INTERVAL = Duration.ofMinutes(5);

    private final RunnerSetPatches patches;
    private final Scaler scaler;
    private final ListenerMetrics metrics;
    private final Timing timing;
    private final ExecutorService tasks;
    private final ReentrantLock turn = new ReentrantLock();
    /**
     * How many acknowledgements may wait for a patch, which may fail for a long time. GitHub sends a message again that
     * is not acknowledged.
     */
    private static final int MAX_WAITING = 1000;

    /** Actions that wait until {@link #deferred} is in the cluster, the oldest first. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private long turns;
    private long deferrals;
    private long lastCompletion;
    private Statistics latest = Statistics.ZERO;
    private boolean jobsNeedRunners;
    private @Nullable Decision applied;
    /** Whether {@link #applied} is in the cluster; not if the outcome of a later patch is unknown. */
    private boolean certain;

    private long patchedAt;
    private @Nullable Decision deferred;
    private @Nullable Future<?> onceMore;

    public RunnerSetScaling(
            RunnerSetPatches patches, Scaler scaler, ListenerMetrics metrics, Timing timing, ExecutorService tasks) {
        this.patches = patches;
        this.scaler = scaler;
        this.metrics = metrics;
        this.timing = timing;
        this.tasks = tasks;
        this.lastCompletion = timing.nanoTime() - RUNNER_END.toNanos();
    }

    /** Handles the start of a session. */
    void opened(Statistics statistics) throws InterruptedException {
        inTurn(() -> {
            latest = statistics;
            patchNow();
        });
    }

    /**
     * Handles a poll without a message. The patch corrects changes that others have made to the runner set. An idle
     * listener repeats it after {@link #REPEAT_INTERVAL}, so that many of them do not keep the API server busy.
     */
    void idle() throws InterruptedException {
        inTurn(() -> {
            Decision decision = scaler.decide(latest.totalAssignedJobs());
            if (!isInCluster(decision) || decision.replicas() > 0 || isRepeatDue()) {
                patch(decision);
            }
        });
    }

    private boolean isInCluster(Decision decision) {
        return certain && deferred == null && decision.equals(applied);
    }

    private boolean isRepeatDue() {
        return timing.nanoTime() - patchedAt >= REPEAT_INTERVAL.toNanos();
    }

    /**
     * Handles the statistics of a message.
     *
     * @param completed the jobs that have completed: unlike earlier numbers, the number of this message does not include
     *     their runners
     * @param atOnce whether its number must not be deferred
     * @throws KubeException if the number was not to be deferred and could not be written to the cluster
     */
    void message(Statistics statistics, int started, List<JobCompleted> completed, boolean atOnce)
            throws InterruptedException {
        long arrival = timing.nanoTime();
        inTurn(() -> {
            boolean jobsCame = statistics.totalAssignedJobs() > latest.totalAssignedJobs() - completed.size();
            latest = statistics;
            completed.forEach(patches::jobCompleted);
            if (started > 0 || !completed.isEmpty()) {
                scaler.jobsChanged();
            }
            if (!completed.isEmpty()) {
                lastCompletion = arrival;
            }
            Decision decision = scaler.decide(statistics.totalAssignedJobs());
            jobsNeedRunners |= atOnce || jobsCame || jobsWaitedForAnEnd(decision, completed.size());
            if (isInCluster(decision)) {
                jobsNeedRunners = false;
            } else if (jobsNeedRunners) {
                patch(decision);
                metrics.scaled(Duration.ofNanos(timing.nanoTime() - arrival));
            } else {
                defer(decision);
            }
        });
    }

    /** Whether the limit kept jobs from getting runners, which the completion of other jobs allows now. */
    private boolean jobsWaitedForAnEnd(Decision decision, int completed) {
        return applied != null && decision.replicas() > applied.replicas() - completed;
    }

    /** Runs the action as soon as the cluster has the number of the messages so far. */
    void whenApplied(Runnable action) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (deferred == null) {
                action.run();
            } else {
                if (waiting.size() == MAX_WAITING) {
                    waiting.removeFirst();
                }
                waiting.addLast(action);
            }
        } finally {
            turn.unlock();
        }
    }

    private interface Turn {
        void take() throws InterruptedException;
    }

    private void inTurn(Turn action) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            turns++;
            action.take();
            patchOnceMore();
        } finally {
            turn.unlock();
        }
    }

    /** Does what the next empty poll would do, unless something else happens first. */
    private void patchOnceMore() {
        if (deferred == null && (surplusMayBeThere() || runnerMayBeMissing())) {
            long now = turns;
            if (onceMore != null) {
                onceMore.cancel(true);
            }
            onceMore = later(SURPLUS_KEPT, () -> turns == now, this::patchNow);
        }
    }

    private boolean surplusMayBeThere() {
        return scaler.keepsSurplus() && latest.totalAssignedJobs() == 0;
    }

    private boolean runnerMayBeMissing() {
        return latest.totalAssignedJobs() > latest.totalRunningJobs()
                && timing.nanoTime() - lastCompletion < RUNNER_END.toNanos();
    }

    private void patchNow() throws InterruptedException {
        patch(scaler.decide(latest.totalAssignedJobs()));
    }

    private void patch(Decision decision) throws InterruptedException {
        certain = false;
        patches.scale(decision.patchId(), decision.replicas());
        certain = true;
        patchedAt = timing.nanoTime();
        scaler.applied(decision);
        // An idle listener repeats its patches, and there may be hundreds of listeners.
        Level level = decision.equals(applied) ? Level.DEBUG : Level.INFO;
        applied = decision;
        deferred = null;
        jobsNeedRunners = false;
        metrics.desired(decision.replicas());
        LOG.atLevel(level).log("Scaled the runner set to {} (patch ID {})", decision.replicas(), decision.patchId());
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    private void defer(Decision decision) {
        if (deferred == null) {
            long mine = ++deferrals;
            var _ = later(MERGE_WINDOW, () -> deferred != null && deferrals == mine, this::patchDeferred);
        }
        deferred = decision;
    }

    private void patchDeferred() throws InterruptedException {
        Decision decision = deferred;
        if (decision != null) {
            patch(decision);
            patchOnceMore();
        }
    }

    /** After the delay, runs the action with the lock held if the condition holds, and retries it while it fails. */
    private Future<?> later(Duration wait, BooleanSupplier condition, Turn action) {
        return tasks.submit(() -> {
            TroubleBackoff backoff = new TroubleBackoff();
            try {
                timing.sleep(wait);
                while (!taken(condition, action, backoff)) {
                    timing.sleep(backoff.next(Trouble.HANDLER));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean taken(BooleanSupplier condition, Turn action, TroubleBackoff backoff) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (condition.getAsBoolean()) {
                turns++;
                action.take();
            }
            return true;
        } catch (RuntimeException e) {
            metrics.retry(Trouble.of(e));
            LOG.warn(
                    "Cannot update the desired number of runners yet ({} failures): {}",
                    backoff.failures() + 1,
                    e.getMessage());
            return false;
        } finally {
            turn.unlock();
        }
    }
}

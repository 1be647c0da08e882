package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.loop.FailureBackoff;
import io.github.arc4j.actions.loop.FailureKind;
import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.scaling.JobEffects.Effect;
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
 * Patches the desired number of runners into the runner set. Each event (a session opens, a message arrives, a poll ends
 * without one) is a <em>turn</em>: it updates the {@link PatchPlan}, which decides what to patch, and the patch is sent
 *
 * <ul>
 *   <li>immediately if jobs need runners,
 *   <li>after {@link #MERGE_WINDOW} if jobs only started or completed, so that several messages share a patch,
 *   <li>once more after {@link #FOLLOW_UP_DELAY} if the number of runners may not be right yet.
 * </ul>
 *
 * <p>Turns hold a lock, so that the cluster gets the numbers in order.
 */
public final class RunnerSetScaling {
    private static final Logger log = LoggerFactory.getLogger(RunnerSetScaling.class);

    /** How long a patch may be deferred if no job waits for it. */
    public static final Duration MERGE_WINDOW = Duration.ofSeconds(2);

    /**
     * After the last job, there may be surplus runners, which replaced others whose end GitHub had not counted yet.
     * They are removed after this delay; the Go listener has them removed when the next poll ends without a message, up
     * to 50 seconds later. A job that arrives in the meantime is not harmed: a message announces it, and GitHub
     * deregisters only idle runners.
     */
    public static final Duration FOLLOW_UP_DELAY = Duration.ofSeconds(3);

    /**
     * How many acknowledgements may wait for a patch, which may fail for a long time. GitHub redelivers a message that
     * is not acknowledged.
     */
    private static final int MAX_WAITING = 1000;

    private final RunnerSetPatches patches;
    private final ListenerMetrics metrics;
    private final Timing timing;
    private final ExecutorService tasks;

    /** Held during a turn; guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final PatchPlan plan;
    /** Actions that wait until the deferred patch is in the cluster, the oldest first. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    /** Number of turns so far. */
    private long turns;
    /** The turn that began the latest deferral. */
    private long deferredIn;

    private @Nullable Future<?> followUp;

    public RunnerSetScaling(
            RunnerSetPatches patches, Scaler scaler, ListenerMetrics metrics, Timing timing, ExecutorService tasks) {
        this.patches = patches;
        this.metrics = metrics;
        this.timing = timing;
        this.tasks = tasks;
        this.plan = new PatchPlan(scaler, timing.nanoTime());
    }

    void opened(Statistics statistics) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            plan.opened(statistics);
            turn(true);
        } finally {
            lock.unlock();
        }
    }

    void idle() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            plan.idle();
            turn(plan.isDueWhenIdle(timing.nanoTime()));
        } finally {
            lock.unlock();
        }
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
        lock.lockInterruptibly();
        try {
            completed.forEach(patches::jobCompleted);
            plan.received(statistics, started, completed.size(), atOnce, arrival);
            boolean needed = plan.jobsNeedRunners();
            turn(needed);
            if (needed) {
                metrics.scaled(Duration.ofNanos(timing.nanoTime() - arrival));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action as soon as the cluster has the number of the messages so far. */
    void whenApplied(Runnable action) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!plan.isDeferred()) {
                action.run();
            } else {
                if (waiting.size() == MAX_WAITING) {
                    waiting.removeFirst();
                }
                waiting.addLast(action);
            }
        } finally {
            lock.unlock();
        }
    }

    private void turn(boolean atOnce) throws InterruptedException {
        turns++;
        if (atOnce) {
            patch();
        } else if (!plan.isInCluster()) {
            defer();
        }
        followUpIfNeeded();
    }

    private void patch() throws InterruptedException {
        Decision decision = plan.current();
        plan.sending();
        patches.scale(decision.patchId(), decision.replicas());
        boolean changed = plan.confirmed(decision, timing.nanoTime());
        metrics.desired(decision.replicas());
        // An idle listener repeats its patches, and there may be hundreds of listeners.
        Level level = changed ? Level.INFO : Level.DEBUG;
        log.atLevel(level).log("Scaled the runner set to {} (patch ID {})", decision.replicas(), decision.patchId());
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    /** Patches later, with the latest number of that time, unless another patch is sent first. */
    private void defer() {
        if (!plan.isDeferred()) {
            long thisTurn = turns;
            deferredIn = thisTurn;
            var _ = later(MERGE_WINDOW, () -> plan.isDeferred() && deferredIn == thisTurn, () -> turn(true));
        }
        plan.defer();
    }

    /**
     * Does what the next empty poll would do, unless there is another turn first. As the attempt is a turn, there is
     * only one; if it fails, the next empty poll patches.
     */
    private void followUpIfNeeded() {
        if (plan.needsFollowUp(timing.nanoTime())) {
            if (followUp != null) {
                followUp.cancel(true);
            }
            long thisTurn = turns;
            followUp = later(FOLLOW_UP_DELAY, () -> turns == thisTurn, () -> {
                turns++;
                plan.idle();
                patch();
            });
        }
    }

    /** After the delay, runs the step if it is due then; again while it fails and is due. */
    private Future<?> later(Duration delay, BooleanSupplier isDue, Effect step) {
        return tasks.submit(() -> {
            FailureBackoff backoff = new FailureBackoff();
            try {
                timing.sleep(delay);
                while (!tryStep(isDue, step, backoff.failures())) {
                    timing.sleep(backoff.next(FailureKind.HANDLER));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Returns whether the step has succeeded or is not due. */
    private boolean tryStep(BooleanSupplier isDue, Effect step, int failures) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (isDue.getAsBoolean()) {
                step.apply();
            }
            return true;
        } catch (RuntimeException e) {
            metrics.retry(FailureKind.of(e));
            log.warn("Cannot update the desired number of runners yet ({} failures): {}", failures + 1, e.getMessage());
            return false;
        } finally {
            lock.unlock();
        }
    }
}

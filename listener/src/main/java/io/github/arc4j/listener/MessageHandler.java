package io.github.arc4j.listener;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.ActionsServiceException;
import io.github.arc4j.actions.JobAssigned;
import io.github.arc4j.actions.JobAvailable;
import io.github.arc4j.actions.JobCompleted;
import io.github.arc4j.actions.JobMessage;
import io.github.arc4j.actions.JobStarted;
import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Statistics;
import io.github.arc4j.actions.UnknownJobMessage;
import io.github.arc4j.listener.Scaler.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what GitHub says into its effects: jobs acquired, runners marked as busy, the runner set scaled. The effects of
 * a message do not depend on each other and happen side by side; {@link #handle} returns when all are done, or throws,
 * and may then be called again with the same message. For one thread; a while after a job has ended another one of its
 * own says again how many runners there should be.
 */
final class MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MessageHandler.class);
    /** Marks of one message at a time: a message has up to 50, and the API server other clients. */
    private static final int CONCURRENT_MARKS = 16;

    /**
     * After the last job, runners may be there that replaced others whose end GitHub had not counted yet. The Go listener
     * has them removed when the next poll ends without a message, up to 50 seconds later. A job that comes in between
     * is not harmed: it is told by a message, and GitHub lets go of idle runners only.
     */
    static final Duration SURPLUS_KEPT = Duration.ofSeconds(3);

    /**
     * For so long after the end of a job its runner may still count in the cluster. A number of runners that is told
     * meanwhile is reached with it, and is not looked at again when it is gone: the next job would have no runner until
     * the next patch, up to 50 seconds later.
     */
    private static final Duration RUNNER_END = Duration.ofSeconds(10);

    /** Refusals in a row after which jobs are given up. */
    private static final int ACQUIRE_TRIES = 5;

    private final RunnerSetPatches patches;
    private final Scaler scaler;
    private final ListenerMetrics metrics;
    private final Timing timing;
    private final ExecutorService tasks;
    private final Semaphore marks = new Semaphore(CONCURRENT_MARKS);
    private final MessageIds counted = new MessageIds();
    /** Held by whoever decides and patches, so that the cluster gets decisions in their order. */
    private final ReentrantLock turn = new ReentrantLock();

    private long turns;
    private long lastCompletion;
    private Statistics latest = Statistics.ZERO;
    private int refusals;
    private volatile @Nullable Decision applied;

    MessageHandler(
            RunnerSetPatches patches, Scaler scaler, ListenerMetrics metrics, Timing timing, ExecutorService tasks) {
        this.patches = patches;
        this.scaler = scaler;
        this.metrics = metrics;
        this.timing = timing;
        this.lastCompletion = timing.nanoTime() - RUNNER_END.toNanos();
        this.tasks = tasks;
    }

    /** A session begins. */
    void opened(Statistics statistics) throws InterruptedException {
        inTurn(() -> {
            latest = statistics;
            metrics.statistics(statistics);
            metrics.desired(scale(scaler.decide(statistics.totalAssignedJobs())));
        });
    }

    /** A poll brought no message. The patch that follows heals what others did to the runner set meanwhile. */
    void idle() throws InterruptedException {
        inTurn(() -> scale(scaler.decide(latest.totalAssignedJobs())));
    }

    /**
     * Handles a message; a repeated one has the same effects again, only that its jobs are not counted twice.
     *
     * @throws RuntimeException if an effect failed; the others are done nevertheless
     */
    void handle(MessageSession session, Message message) throws InterruptedException {
        inTurn(() -> takeEffect(session, message));
    }

    private void takeEffect(MessageSession session, Message message) throws InterruptedException {
        long arrival = timing.nanoTime();
        latest = message.statistics();
        metrics.statistics(latest);
        Jobs jobs = Jobs.of(message);
        LOG.info(
                "Message {}: {} jobs available, {} started, {} completed; statistics: {}",
                message.id(),
                jobs.available.size(),
                jobs.started.size(),
                jobs.completed.size(),
                latest);
        if (counted.add(message.id())) {
            jobs.started.forEach(metrics::jobStarted);
            jobs.completed.forEach(this::completed);
        }
        if (!jobs.started.isEmpty() || !jobs.completed.isEmpty()) {
            scaler.jobsChanged();
        }
        if (!jobs.completed.isEmpty()) {
            lastCompletion = arrival;
        }
        Decision decision = scaler.decide(latest.totalAssignedJobs());
        List<Future<?>> effects = new ArrayList<>();
        if (!decision.equals(applied)) {
            effects.add(effect(() -> {
                scale(decision);
                metrics.scaled(Duration.ofNanos(timing.nanoTime() - arrival));
            }));
        }
        if (!jobs.available.isEmpty()) {
            effects.add(effect(() -> acquire(session, jobs.available)));
        }
        jobs.started.forEach(started -> effects.add(effect(() -> mark(started))));
        awaitAll(effects);
        metrics.desired(decision.replicas());
    }

    private void inTurn(Effect effect) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            turns++;
            effect.happen();
            if (surplusMayBeThere() || runnerMayBeMissing()) {
                long now = turns;
                tasks.execute(() -> scaleAgain(now));
            }
        } finally {
            turn.unlock();
        }
    }

    private boolean surplusMayBeThere() {
        return scaler.keepsSurplus() && latest.totalAssignedJobs() == 0;
    }

    private boolean runnerMayBeMissing() {
        return latest.totalAssignedJobs() > latest.totalRunningJobs()
                && timing.nanoTime() - lastCompletion < RUNNER_END.toNanos();
    }

    /** Does what the next empty poll would do, unless something else happens before. */
    private void scaleAgain(long sinceTurn) {
        try {
            timing.sleep(SURPLUS_KEPT);
            // Who holds it has news.
            if (turn.tryLock()) {
                try {
                    if (turns == sinceTurn) {
                        scale(scaler.decide(latest.totalAssignedJobs()));
                    }
                } finally {
                    turn.unlock();
                }
            }
        } catch (KubeException e) {
            LOG.warn("The number of runners is told again after the next poll only: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Jobs(List<Long> available, List<JobStarted> started, List<JobCompleted> completed) {
        static Jobs of(Message message) {
            Jobs jobs = new Jobs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (JobMessage job : message.jobs()) {
                switch (job) {
                    case JobAvailable available ->
                        jobs.available.add(available.job().runnerRequestId());
                    case JobStarted started -> jobs.started.add(started);
                    case JobCompleted completed -> jobs.completed.add(completed);
                    case JobAssigned assigned -> {
                        // The statistics say it.
                    }
                    case UnknownJobMessage unknown ->
                        LOG.info("Ignoring a message of type {}", unknown.job().messageType());
                }
            }
            return jobs;
        }
    }

    private void completed(JobCompleted completed) {
        metrics.jobCompleted(completed);
        LOG.info(
                "Job \"{}\" of {}/{} completed on runner {}: {}",
                completed.job().jobDisplayName(),
                completed.job().ownerName(),
                completed.job().repositoryName(),
                completed.runnerName(),
                completed.result());
    }

    private int scale(Decision decision) throws InterruptedException {
        patches.scale(decision.patchId(), decision.replicas());
        scaler.applied(decision);
        applied = decision;
        LOG.info("Scaled the runner set to {} (patch ID {})", decision.replicas(), decision.patchId());
        return decision.replicas();
    }

    private void acquire(MessageSession session, List<Long> requestIds) throws InterruptedException {
        try {
            List<Long> acquired = session.acquireJobs(requestIds);
            LOG.info("Acquired {} of {} jobs: {}", acquired.size(), requestIds.size(), acquired);
            refusals = 0;
        } catch (ActionsException e) {
            boolean refused = e.getClass() == ActionsServiceException.class && e.status() < 500;
            if (!refused || ++refusals < ACQUIRE_TRIES) {
                throw e;
            }
            refusals = 0;
            // The jobs of later messages must not wait for these for ever.
            LOG.error("Giving up the jobs {}, which GitHub refuses to give: {}", requestIds, e.getMessage());
        }
    }

    private void mark(JobStarted started) throws InterruptedException {
        marks.acquire();
        try {
            boolean found = patches.markJobStarted(started);
            LOG.info(
                    "Job \"{}\" of {}/{} started on runner {}{}",
                    started.job().jobDisplayName(),
                    started.job().ownerName(),
                    started.job().repositoryName(),
                    started.runnerName(),
                    found ? "" : ", which is not in the cluster (any more)");
        } catch (KubeException e) {
            if (!e.refusedForGood()) {
                throw e;
            }
            LOG.error("Runner {} cannot be marked as busy: {}", started.runnerName(), e.getMessage());
        } finally {
            marks.release();
        }
    }

    private interface Effect {
        void happen() throws InterruptedException;
    }

    private Future<?> effect(Effect effect) {
        Callable<@Nullable Void> task = () -> {
            effect.happen();
            return null;
        };
        return tasks.submit(task);
    }

    /** Waits for all and throws the first failure; an interrupt ends all. */
    private static void awaitAll(List<Future<?>> effects) throws InterruptedException {
        @Nullable RuntimeException failure = null;
        for (Future<?> effect : effects) {
            try {
                Outcome.of(effect);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            } catch (InterruptedException e) {
                effects.forEach(other -> other.cancel(true));
                throw e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

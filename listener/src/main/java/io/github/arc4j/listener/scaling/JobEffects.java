package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.messages.JobAssigned;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.actions.wire.Outcome;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a message on individual jobs: available jobs are acquired, and runners that got a job are marked. The
 * effects are independent of each other.
 */
public final class JobEffects {
    /** Maximum number of concurrent marks: a message has up to 50, and the API server has other clients. */
    private static final int CONCURRENT_MARKS = 16;

    /** The acquisition of jobs, and the marks, however many effects a message has. */
    private static final int CONCURRENT = 1 + CONCURRENT_MARKS;

    private final RunnerSetPatches patches;
    private final ExecutorService tasks;
    private final Semaphore marks = new Semaphore(CONCURRENT_MARKS);

    public JobEffects(RunnerSetPatches patches, ExecutorService tasks) {
        this.patches = patches;
        this.tasks = tasks;
    }

    /** A message's jobs, grouped by what happened to them. */
    record Jobs(
            List<Long> available,
            List<JobStarted> started,
            List<JobCompleted> completed,
            List<UnknownJobMessage> unknown,
            List<UnreadableJobMessage> unreadable) {
        static Jobs of(Message message) {
            Jobs jobs = new Jobs(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (JobMessage job : message.jobs()) {
                switch (job) {
                    case JobAvailable available ->
                        jobs.available.add(available.job().runnerRequestId());
                    case JobStarted started -> jobs.started.add(started);
                    case JobCompleted completed -> jobs.completed.add(completed);
                    case JobAssigned assigned -> {
                        // Included in the statistics.
                    }
                    case UnknownJobMessage unknown -> jobs.unknown.add(unknown);
                    case UnreadableJobMessage unreadable -> jobs.unreadable.add(unreadable);
                }
            }
            return jobs;
        }
    }

    /** One call, which the caller repeats if it fails. */
    interface Effect {
        void apply() throws InterruptedException;
    }

    /** Carries out all effects in their order, several at a time. Returns the first failure; an interrupt cancels all. */
    Optional<RuntimeException> apply(MessageSession session, Jobs jobs) throws InterruptedException {
        List<Effect> effects = of(session, jobs);
        Queue<Effect> waiting = new ConcurrentLinkedQueue<>(effects);
        Failures failures = new Failures();
        List<Future<?>> begun = new ArrayList<>();
        for (int i = 0; i < Math.min(CONCURRENT, effects.size()); i++) {
            begun.add(tasks.submit(() -> {
                apply(waiting, failures);
                return null;
            }));
        }
        for (Future<?> task : begun) {
            try {
                Outcome.of(task);
            } catch (RuntimeException e) {
                failures.add(e);
            } catch (InterruptedException e) {
                begun.forEach(other -> other.cancel(true));
                throw e;
            }
        }
        return failures.first();
    }

    private static void apply(Queue<Effect> waiting, Failures failures) throws InterruptedException {
        for (Effect effect = waiting.poll(); effect != null; effect = waiting.poll()) {
            try {
                effect.apply();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
    }

    /** The first failure with some of the others, because each may have a long message. */
    private static final class Failures {
        private static final int MAX_SUPPRESSED = 10;

        private @Nullable RuntimeException first;

        synchronized void add(RuntimeException failure) {
            if (first == null) {
                first = failure;
            } else if (first.getSuppressed().length < MAX_SUPPRESSED) {
                first.addSuppressed(failure);
            }
        }

        synchronized Optional<RuntimeException> first() {
            return Optional.ofNullable(first);
        }
    }

    private List<Effect> of(MessageSession session, Jobs jobs) {
        List<Effect> effects = new ArrayList<>();
        if (!jobs.available().isEmpty()) {
            effects.add(() -> acquire(session, jobs.available()));
        }
        for (int i = 0; i < jobs.started().size(); i++) {
            JobStarted started = jobs.started().get(i);
            boolean logged = i < JobLog.MAX_LOGGED;
            effects.add(() -> mark(started, logged));
        }
        return effects;
    }

    private static void acquire(MessageSession session, List<Long> requestIds) throws InterruptedException {
        List<Long> acquired = session.acquireJobs(requestIds);
        JobLog.acquired(acquired, requestIds.size());
    }

    private void mark(JobStarted started, boolean logged) throws InterruptedException {
        marks.acquire();
        try {
            boolean found = patches.markJobStarted(started);
            if (logged) {
                JobLog.started(started, found);
            }
        } catch (KubeException e) {
            if (!e.isPermanent()) {
                throw e;
            }
            if (logged) {
                JobLog.notMarked(started, e);
            }
        } finally {
            marks.release();
        }
    }
}

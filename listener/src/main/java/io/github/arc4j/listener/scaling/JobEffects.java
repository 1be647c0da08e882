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
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The effects of a message on individual jobs: available jobs are acquired, and runners that got a job are marked. */
public final class JobEffects {
    /** Maximum number of concurrent marks: a message has up to 50, and the API server has other clients. */
    static final int CONCURRENT_MARKS = 16;

    private final RunnerSetPatches patches;
    private final Semaphore marks = new Semaphore(CONCURRENT_MARKS);

    public JobEffects(RunnerSetPatches patches) {
        this.patches = patches;
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

    /** Returns the effects of the jobs, which are independent of each other. */
    List<Effect> of(MessageSession session, Jobs jobs) {
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

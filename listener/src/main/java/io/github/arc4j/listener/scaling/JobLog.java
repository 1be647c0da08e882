package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.UnknownJobMessage;
import io.github.arc4j.actions.messages.UnreadableJobMessage;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.scaling.JobEffects.Jobs;
import io.github.arc4j.process.log.LogFields;
import io.github.arc4j.process.log.LogText;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log lines of jobs: of each kind, the first ones of a message, and how many there are beyond them. The job and its
 * runner are fields of a line.
 */
final class JobLog {
    /** As many jobs as GitHub sends in a message. */
    static final int MAX_LOGGED = 50;

    /** In characters. */
    private static final int MAX_FIELD = 200;

    private static final Logger log = LoggerFactory.getLogger(JobLog.class);

    private JobLog() {}

    /** Logs what a message reports, except started jobs, which are logged {@linkplain #started when they are marked}. */
    static void reported(Jobs jobs) {
        first(Level.INFO, "completed jobs", jobs.completed(), JobLog::completed);
        first(Level.INFO, "elements of unknown types", jobs.unknown(), JobLog::unknown);
        first(Level.ERROR, "elements that cannot be read", jobs.unreadable(), JobLog::unreadable);
        rest(Level.INFO, "started jobs", jobs.started());
    }

    static void started(JobStarted started, boolean found) {
        String where = found ? "" : " on a runner that is not (or no longer) in the cluster";
        log(Level.INFO, started.job(), started.runnerName(), "Job started" + where);
    }

    static void notMarked(JobStarted started, KubeException e) {
        log(Level.ERROR, started.job(), started.runnerName(), "The runner cannot be marked as busy: " + e.getMessage());
    }

    static void acquired(List<Long> acquired, int available) {
        log.info(
                "Acquired {} of {} jobs: {}{}",
                acquired.size(),
                available,
                acquired.stream().limit(MAX_LOGGED).toList(),
                acquired.size() > MAX_LOGGED ? " and others" : "");
    }

    private static void completed(JobCompleted completed) {
        log(Level.INFO, completed.job(), completed.runnerName(), "Job completed: " + completed.result());
    }

    private static void unknown(UnknownJobMessage unknown) {
        log.info("Ignoring a message of type {}", unknown.job().messageType());
    }

    private static void unreadable(UnreadableJobMessage unreadable) {
        log.error("Skipping an element that cannot be read, {}: {}", unreadable.problem(), unreadable.job());
    }

    private static <T> void first(Level level, String what, List<T> jobs, Consumer<T> line) {
        jobs.stream().limit(MAX_LOGGED).forEach(line);
        rest(level, what, jobs);
    }

    private static void rest(Level level, String what, List<?> jobs) {
        if (jobs.size() > MAX_LOGGED) {
            log.atLevel(level).log("The message has {} more {}", jobs.size() - MAX_LOGGED, what);
        }
    }

    private static void log(Level level, JobInfo job, String runner, String message) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        try (LogFields _ = LogFields.with(Map.of(
                "job", LogText.cut(job.jobDisplayName(), MAX_FIELD),
                "repository", LogText.cut(job.ownerName() + '/' + job.repositoryName(), MAX_FIELD),
                "workflow", LogText.cut(job.jobWorkflowRef(), MAX_FIELD),
                "run", Long.toString(job.workflowRunId()),
                "runner", runner))) {
            log.atLevel(level).log(message);
        }
    }
}

package io.github.arc4j.simulator.service.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An element of a message's body in its wire format. Times that are not yet known are {@link #NEVER}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobMessage(
        String messageType,
        long runnerRequestId,
        String repositoryName,
        String ownerName,
        String jobId,
        String jobWorkflowRef,
        String jobDisplayName,
        long workflowRunId,
        String eventName,
        List<String> requestLabels,
        String queueTime,
        String scaleSetAssignTime,
        String runnerAssignTime,
        String finishTime,
        @Nullable String acquireJobUrl,
        @Nullable Long runnerId,
        @Nullable String runnerName,
        @Nullable String result) {

    public static final String AVAILABLE = "JobAvailable";
    public static final String ASSIGNED = "JobAssigned";
    public static final String STARTED = "JobStarted";
    public static final String COMPLETED = "JobCompleted";

    /** Go's zero time. */
    public static final String NEVER = "0001-01-01T00:00:00Z";

    public static JobMessage of(String type, Job job) {
        boolean runnerKnown = type.equals(STARTED) || type.equals(COMPLETED);
        Runner runner = job.runner();
        String repository = job.repository();
        int slash = repository.indexOf('/');
        return new JobMessage(
                type,
                job.requestId(),
                repository.substring(slash + 1),
                repository.substring(0, slash),
                job.jobId(),
                repository + "/.github/workflows/" + job.request().workflow() + "@"
                        + job.request().ref(),
                job.displayName(),
                job.workflowRunId(),
                job.request().eventName(),
                job.request().labels(),
                time(job.queuedAt()),
                time(job.assignedAt()),
                time(job.startedAt()),
                time(job.completedAt()),
                type.equals(AVAILABLE) ? "" : null,
                runnerKnown ? (runner == null ? 0L : runner.id()) : null,
                runnerKnown ? (runner == null ? "" : runner.name()) : null,
                type.equals(COMPLETED) ? job.result() : null);
    }

    private static String time(@Nullable Instant instant) {
        return instant == null ? NEVER : instant.toString();
    }

    /** The completion of an attempt that no runner took. */
    public static JobMessage canceled(Job job) {
        JobMessage completed = of(COMPLETED, job);
        return completed.with(completed.acquireJobUrl, Instant.now().toString(), "canceled");
    }

    /**
     * This element with the URL for acquiring the job, which depends on the URL by which the client calls the service.
     */
    public JobMessage withAcquireJobUrl(String url) {
        return acquireJobUrl == null ? this : with(url, finishTime, result);
    }

    private JobMessage with(@Nullable String newAcquireJobUrl, String newFinishTime, @Nullable String newResult) {
        return new JobMessage(
                messageType,
                runnerRequestId,
                repositoryName,
                ownerName,
                jobId,
                jobWorkflowRef,
                jobDisplayName,
                workflowRunId,
                eventName,
                requestLabels,
                queueTime,
                scaleSetAssignTime,
                runnerAssignTime,
                newFinishTime,
                newAcquireJobUrl,
                runnerId,
                runnerName,
                newResult);
    }
}

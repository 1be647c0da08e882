package io.github.arc4j.listener;

import io.github.arc4j.actions.messages.JobAssigned;
import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobStarted;
import java.time.Instant;
import java.util.List;

/** Job messages for tests. */
public final class Jobs {
    static final Instant ASSIGNED = Instant.parse("2026-01-01T00:00:00.900Z");

    private Jobs() {}

    private static JobInfo info(String type, long requestId) {
        return info(type, requestId, "build");
    }

    private static JobInfo info(String type, long requestId, String name) {
        return new JobInfo(
                type,
                requestId,
                "app",
                "acme",
                "job-id-" + requestId,
                "acme/app/.github/workflows/ci.yml@refs/heads/main",
                name,
                77,
                "push",
                List.of("arc"),
                ASSIGNED,
                ASSIGNED,
                ASSIGNED.plusMillis(4200),
                ASSIGNED.plusSeconds(64));
    }

    static JobAvailable available(long requestId) {
        return new JobAvailable(info("JobAvailable", requestId), "");
    }

    static JobAssigned assigned(long requestId) {
        return new JobAssigned(info("JobAssigned", requestId));
    }

    public static JobStarted started(long requestId, String runner) {
        return new JobStarted(info("JobStarted", requestId), requestId, runner);
    }

    public static JobStarted started(long requestId, String runner, String name) {
        return new JobStarted(info("JobStarted", requestId, name), requestId, runner);
    }

    public static JobCompleted completed(long requestId, String runner) {
        return new JobCompleted(info("JobCompleted", requestId), "succeeded", requestId, runner);
    }

    static JobCompleted completed(long requestId, String runner, String name) {
        return new JobCompleted(info("JobCompleted", requestId, name), "succeeded", requestId, runner);
    }

    public static JobInfo withId(JobInfo job, String jobId) {
        return new JobInfo(
                job.messageType(),
                job.runnerRequestId(),
                job.repositoryName(),
                job.ownerName(),
                jobId,
                job.jobWorkflowRef(),
                job.jobDisplayName(),
                job.workflowRunId(),
                job.eventName(),
                job.requestLabels(),
                job.queueTime(),
                job.scaleSetAssignTime(),
                job.runnerAssignTime(),
                job.finishTime());
    }
}

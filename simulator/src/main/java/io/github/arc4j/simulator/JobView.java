package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a job.
 *
 * @param id ID of the job in the simulator; does not change when the job is requeued
 * @param requestId the {@code runnerRequestId} of the current attempt
 * @param jobId ID of the job as in messages, which is also the same for all attempts
 * @param displayName the job's name
 * @param repository {@code owner/name}
 * @param workflowRunId run that the job belongs to
 * @param labels labels in {@code runs-on}
 * @param group as in {@link JobRequest#group()}
 * @param state state of the current attempt
 * @param scaleSet scale set that has the job, null while queued
 * @param result null until completed
 * @param attempt starts at 1; incremented when the job is requeued because no runner took it
 * @param runnerId ID of the runner that has or had the job; 0 if there is none
 * @param runner name of the runner that has or had the job; null if there is none
 * @param queuedAt when the current attempt was queued
 * @param availableAt when it was offered to the scale set; null before that
 * @param acquiredAt when the listener acquired it; null before that
 * @param assignedAt when it was assigned to the scale set; null before that
 * @param startedAt when it started; null before that
 * @param completedAt when it completed; null before that
 */
public record JobView(
        long id,
        long requestId,
        String jobId,
        String displayName,
        String repository,
        long workflowRunId,
        List<String> labels,
        String group,
        JobState state,
        @Nullable String scaleSet,
        @Nullable String result,
        int attempt,
        long runnerId,
        @Nullable String runner,
        Instant queuedAt,
        @Nullable Instant availableAt,
        @Nullable Instant acquiredAt,
        @Nullable Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {}

package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a job.
 *
 * @param id ID of the job in the simulator; does not change when the job is requeued
 * @param requestId the {@code runnerRequestId} of the current attempt
 * @param scaleSet scale set that has the job, null while queued
 * @param result null until completed
 * @param attempt starts at 1; incremented when the job is requeued because no runner took it
 * @param runner runner that has or had the job
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

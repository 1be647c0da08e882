package io.github.arc4j.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is now.
 *
 * @param id number of the job here; stays the same when it is queued again
 * @param requestId the {@code runnerRequestId} of the present attempt
 * @param scaleSet scale set that has it, null while queued
 * @param result null until completed
 * @param attempt 1 at first; grows when the job is queued again because no runner took it
 * @param runner runner that has or had it
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

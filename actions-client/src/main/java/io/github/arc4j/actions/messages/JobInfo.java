package io.github.arc4j.actions.messages;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that all job messages share. A time is null if the service sent none or the zero time. Because texts end
 * up in logs, metrics and other systems, the client truncates them to {@value #LONGEST_TEXT} characters. Of a job's
 * labels, it keeps the first {@value #MOST_LABELS}.
 *
 * @param messageType the type as sent, such as {@code JobStarted}
 * @param runnerRequestId the id by which a job is acquired
 * @param repositoryName name of the repository, without its owner
 * @param ownerName owner of the repository
 * @param jobId id of the job
 * @param jobWorkflowRef workflow file and ref, such as {@code acme/app/.github/workflows/ci.yml@refs/heads/main}
 * @param jobDisplayName the job's display name
 * @param workflowRunId id of the workflow run
 * @param eventName event that triggered the workflow run
 * @param requestLabels labels in {@code runs-on}
 * @param queueTime when the job was queued
 * @param scaleSetAssignTime when the job was assigned to the scale set
 * @param runnerAssignTime when the job was assigned to a runner
 * @param finishTime when the job completed
 */
public record JobInfo(
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
        @Nullable Instant queueTime,
        @Nullable Instant scaleSetAssignTime,
        @Nullable Instant runnerAssignTime,
        @Nullable Instant finishTime) {
    /** Maximum number of characters of a text. */
    public static final int LONGEST_TEXT = 2048;
    /** Maximum number of labels. */
    public static final int MOST_LABELS = 100;

    /** Copies the labels. */
    public JobInfo {
        requestLabels = List.copyOf(requestLabels);
    }
}

package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of one runner and its job. The listener writes the fields of the job, and together with them that
 * the runner is running; the controller writes all other fields.
 *
 * @param ready whether the pod is ready
 * @param phase one of {@link Phase}; empty until the pod is seen
 * @param reason reason of the phase, in CamelCase
 * @param message reason of the phase, for people
 * @param runnerId ID of the runner on GitHub; 0 until it is registered
 * @param runnerName name of the runner on GitHub
 * @param failures when pods of this runner failed, by UID of the pod
 * @param jobRequestId ID of the request for the job; 0 if there is none
 * @param jobId ID of the job; empty while the runner is idle
 * @param jobRepositoryName {@code owner/repository} of the job
 * @param jobWorkflowRef workflow file and ref of the job
 * @param jobDisplayName name of the job as users see it
 * @param workflowRunId ID of the workflow run; 0 if there is none
 * @param jobQueueTime when the job was queued, in RFC 3339
 * @param jobScaleSetAssignTime when the job was assigned to the scale set, in RFC 3339
 * @param jobRunnerAssignTime when the job was assigned to the runner, in RFC 3339
 * @param conditions what the object waits for, or what is wrong with it; one entry per type
 * @param observedGeneration generation of the spec that this status describes; null until the first write
 */
@ApiObject
@RecordBuilder
public record EphemeralRunnerStatus(
        @JsonPropertyDescription("Whether the pod is ready") @JsonInclude(JsonInclude.Include.ALWAYS)
        boolean ready,

        @JsonPropertyDescription("Pending, Running, Succeeded, Failed, Outdated; empty until the pod is seen")
        String phase,

        @JsonPropertyDescription("Short reason of the phase")
        String reason,

        @JsonPropertyDescription("Reason of the phase, for people")
        String message,

        @JsonPropertyDescription("ID of the runner on GitHub; 0 until it is registered")
        long runnerId,

        @JsonPropertyDescription("Name of the runner on GitHub")
        String runnerName,

        @JsonPropertyDescription("When pods of this runner failed, by UID of the pod")
        @JsonSerialize(contentUsing = Rfc3339.Writer.class)
        @JsonDeserialize(contentUsing = Rfc3339.Reader.class)
        Map<String, Instant> failures,

        @JsonPropertyDescription("ID of the request for the job")
        long jobRequestId,

        @JsonPropertyDescription("ID of the job; empty while the runner is idle")
        String jobId,

        @JsonPropertyDescription("Owner/repository of the job")
        String jobRepositoryName,

        @JsonPropertyDescription("Workflow file and ref of the job")
        String jobWorkflowRef,

        @JsonPropertyDescription("Name of the job as users see it")
        String jobDisplayName,

        @JsonPropertyDescription("ID of the workflow run") long workflowRunId,

        @JsonPropertyDescription("When the job was queued, in RFC 3339")
        String jobQueueTime,

        @JsonPropertyDescription("When the job was assigned to the scale set, in RFC 3339")
        String jobScaleSetAssignTime,

        @JsonPropertyDescription("When the job was assigned to the runner, in RFC 3339")
        String jobRunnerAssignTime,

        @JsonPropertyDescription("What the object waits for, or what is wrong with it; one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration) {
    /** The status before the first write. */
    public static final EphemeralRunnerStatus EMPTY = builder().build();

    /** The controller gives a runner up after a few failures; whoever may write a status can add any number. */
    private static final int MAX_FAILURES = 64;

    /** Replaces null with empty values. */
    public EphemeralRunnerStatus {
        phase = Normal.text(phase);
        reason = Normal.text(reason);
        message = Normal.text(message);
        runnerName = Normal.text(runnerName);
        failures = Normal.map(failures, MAX_FAILURES);
        jobId = Normal.text(jobId);
        jobRepositoryName = Normal.text(jobRepositoryName);
        jobWorkflowRef = Normal.text(jobWorkflowRef);
        jobDisplayName = Normal.text(jobDisplayName);
        jobQueueTime = Normal.text(jobQueueTime);
        jobScaleSetAssignTime = Normal.text(jobScaleSetAssignTime);
        jobRunnerAssignTime = Normal.text(jobRunnerAssignTime);
        conditions = Normal.conditions(conditions);
    }

    /** {@return a builder without any values} */
    public static EphemeralRunnerStatusBuilder builder() {
        return EphemeralRunnerStatusBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public EphemeralRunnerStatusBuilder toBuilder() {
        return EphemeralRunnerStatusBuilder.builder(this);
    }

    /** {@return whether the runner has reached a final phase} */
    public boolean done() {
        return Phase.SUCCEEDED.equals(phase) || Phase.FAILED.equals(phase) || Phase.OUTDATED.equals(phase);
    }

    /** {@return whether a job was assigned to the runner} */
    public boolean hasJob() {
        return !jobId.isEmpty();
    }

    /** {@return the time of the latest pod failure} */
    public Optional<Instant> lastFailure() {
        return failures.values().stream().max(Comparator.naturalOrder());
    }
}

package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of a set of runners.
 *
 * @param currentReplicas number of runners that exist and have not finished
 * @param pendingEphemeralRunners number of runners that are starting
 * @param runningEphemeralRunners number of running runners, idle or busy
 * @param failedEphemeralRunners number of failed runners that have not been replaced yet
 * @param phase one of {@link Phase}: Running or Outdated; empty until the first write
 * @param observedPatchID patch ID of the listener's last request that was carried out; null if there is none
 * @param staleJobs number of jobs that GitHub counts, but does not assign to idle runners; no runners are created for them
 * @param conditions what the object waits for, or what is wrong with it; one entry per type
 * @param observedGeneration generation of the spec that this status describes; null until the first write
 */
@ApiObject
@RecordBuilder
public record EphemeralRunnerSetStatus(
        @JsonPropertyDescription("Runners that exist and have not finished")
        @Required
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int currentReplicas,

        @JsonPropertyDescription("Runners that are starting") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int pendingEphemeralRunners,

        @JsonPropertyDescription("Running runners, idle or busy") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int runningEphemeralRunners,

        @JsonPropertyDescription("Failed runners that have not been replaced yet")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int failedEphemeralRunners,

        @JsonPropertyDescription("Running, Outdated; empty until the first write")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String phase,

        @JsonPropertyDescription("Patch ID of the last request of the listener that was carried out")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Int32
        @Nullable Integer observedPatchID,

        @JsonPropertyDescription(
                "Jobs that GitHub counts, but does not assign to idle runners; no runners are created for them")
        @Int32
        int staleJobs,

        @JsonPropertyDescription("What the object waits for, or what is wrong with it; one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration) {
    /** The status before the first write. */
    public static final EphemeralRunnerSetStatus EMPTY = builder().build();

    /** Replaces null with empty values. */
    public EphemeralRunnerSetStatus {
        phase = Normal.text(phase);
        conditions = Normal.conditions(conditions);
    }

    /** {@return a builder without any values} */
    public static EphemeralRunnerSetStatusBuilder builder() {
        return EphemeralRunnerSetStatusBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public EphemeralRunnerSetStatusBuilder toBuilder() {
        return EphemeralRunnerSetStatusBuilder.builder(this);
    }
}

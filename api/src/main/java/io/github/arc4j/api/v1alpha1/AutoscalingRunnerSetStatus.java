package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observed state of one runner scale set.
 *
 * @param currentRunners number of runners that exist and have not finished
 * @param phase one of {@link Phase}: Pending, Running or Outdated; empty until the first write
 * @param pendingEphemeralRunners number of runners that are starting
 * @param runningEphemeralRunners number of running runners, idle or busy
 * @param failedEphemeralRunners number of failed runners that have not been replaced yet
 * @param conditions what the object waits for, or what is wrong with it; one entry per type
 * @param observedGeneration generation of the spec that this status describes; null until the first write
 */
@ApiObject
@RecordBuilder
public record AutoscalingRunnerSetStatus(
        @JsonPropertyDescription("Runners that exist and have not finished")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int currentRunners,

        @JsonPropertyDescription("Pending, Running, Outdated, or empty") @JsonInclude(JsonInclude.Include.ALWAYS)
        String phase,

        @JsonPropertyDescription("Runners that are starting") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int pendingEphemeralRunners,

        @JsonPropertyDescription("Running runners, idle or busy") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int runningEphemeralRunners,

        @JsonPropertyDescription("Failed runners that have not been replaced yet")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int failedEphemeralRunners,

        @JsonPropertyDescription("What the object waits for, or what is wrong with it; one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration) {
    /** The status before the first write. */
    public static final AutoscalingRunnerSetStatus EMPTY = builder().build();

    /** Replaces null with empty values. */
    public AutoscalingRunnerSetStatus {
        phase = Normal.text(phase);
        conditions = Normal.conditions(conditions);
    }

    /** {@return a builder without any values} */
    public static AutoscalingRunnerSetStatusBuilder builder() {
        return AutoscalingRunnerSetStatusBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public AutoscalingRunnerSetStatusBuilder toBuilder() {
        return AutoscalingRunnerSetStatusBuilder.builder(this);
    }
}

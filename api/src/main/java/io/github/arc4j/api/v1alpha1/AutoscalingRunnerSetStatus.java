package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of one runner scale set. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@RecordBuilder
public record AutoscalingRunnerSetStatus(
        @JsonPropertyDescription("Runners that exist and are not finished")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int currentRunners,

        @JsonPropertyDescription("Pending, Running, Outdated, or empty") @JsonInclude(JsonInclude.Include.ALWAYS)
        String phase,

        @JsonPropertyDescription("Runners that are starting") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int pendingEphemeralRunners,

        @JsonPropertyDescription("Runners that run, idle or busy") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int runningEphemeralRunners,

        @JsonPropertyDescription("Runners that failed and were not replaced yet")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int failedEphemeralRunners,

        @JsonPropertyDescription("What the object waits for or suffers from, one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration) {
    /** The status before the first write. */
    public static final AutoscalingRunnerSetStatus EMPTY = builder().build();

    public AutoscalingRunnerSetStatus {
        phase = Normal.text(phase);
        conditions = Normal.list(conditions);
    }

    public static AutoscalingRunnerSetStatusBuilder builder() {
        return AutoscalingRunnerSetStatusBuilder.builder();
    }

    /** A builder that is initialized with these values. */
    public AutoscalingRunnerSetStatusBuilder toBuilder() {
        return AutoscalingRunnerSetStatusBuilder.builder(this);
    }
}

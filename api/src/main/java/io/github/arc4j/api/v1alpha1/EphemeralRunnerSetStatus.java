package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The observed state of a set of runners. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
@RecordBuilder
public record EphemeralRunnerSetStatus(
        @JsonPropertyDescription("Runners that exist and are not finished")
        @Required
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int currentReplicas,

        @JsonPropertyDescription("Runners that are starting") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int pendingEphemeralRunners,

        @JsonPropertyDescription("Runners that run, idle or busy") @JsonInclude(JsonInclude.Include.ALWAYS) @Int32
        int runningEphemeralRunners,

        @JsonPropertyDescription("Runners that failed and were not replaced yet")
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
                "Jobs that GitHub counts, but that no idle runner gets; no runners are created for them")
        @Int32
        int staleJobs,

        @JsonPropertyDescription("What the object waits for or suffers from, one entry per type")
        List<Condition> conditions,

        @JsonPropertyDescription("Generation of the spec that this status describes")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Long observedGeneration) {
    /** The status before the first write. */
    public static final EphemeralRunnerSetStatus EMPTY = builder().build();

    public EphemeralRunnerSetStatus {
        phase = Normal.text(phase);
        conditions = Normal.list(conditions);
    }

    public static EphemeralRunnerSetStatusBuilder builder() {
        return EphemeralRunnerSetStatusBuilder.builder();
    }

    /** A builder that is initialized with these values. */
    public EphemeralRunnerSetStatusBuilder toBuilder() {
        return EphemeralRunnerSetStatusBuilder.builder(this);
    }
}

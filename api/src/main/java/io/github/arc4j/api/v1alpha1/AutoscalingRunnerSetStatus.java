package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one runner scale set.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
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

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.currentRunners = currentRunners;
        builder.phase = phase;
        builder.pendingEphemeralRunners = pendingEphemeralRunners;
        builder.runningEphemeralRunners = runningEphemeralRunners;
        builder.failedEphemeralRunners = failedEphemeralRunners;
        builder.conditions = conditions;
        builder.observedGeneration = observedGeneration;
        return builder;
    }

    /** Collects the values of an {@link AutoscalingRunnerSetStatus}; what is not set is missing. */
    public static final class Builder {
        private int currentRunners;
        private String phase = "";
        private int pendingEphemeralRunners;
        private int runningEphemeralRunners;
        private int failedEphemeralRunners;
        private List<Condition> conditions = List.of();
        private @Nullable Long observedGeneration;

        private Builder() {}

        public Builder currentRunners(int currentRunners) {
            this.currentRunners = currentRunners;
            return this;
        }

        public Builder phase(String phase) {
            this.phase = phase;
            return this;
        }

        public Builder pendingEphemeralRunners(int pendingEphemeralRunners) {
            this.pendingEphemeralRunners = pendingEphemeralRunners;
            return this;
        }

        public Builder runningEphemeralRunners(int runningEphemeralRunners) {
            this.runningEphemeralRunners = runningEphemeralRunners;
            return this;
        }

        public Builder failedEphemeralRunners(int failedEphemeralRunners) {
            this.failedEphemeralRunners = failedEphemeralRunners;
            return this;
        }

        public Builder conditions(List<Condition> conditions) {
            this.conditions = conditions;
            return this;
        }

        public Builder observedGeneration(@Nullable Long observedGeneration) {
            this.observedGeneration = observedGeneration;
            return this;
        }

        public AutoscalingRunnerSetStatus build() {
            return new AutoscalingRunnerSetStatus(
                    currentRunners,
                    phase,
                    pendingEphemeralRunners,
                    runningEphemeralRunners,
                    failedEphemeralRunners,
                    conditions,
                    observedGeneration);
        }
    }
}

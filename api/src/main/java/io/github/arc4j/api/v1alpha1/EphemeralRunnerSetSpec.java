package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The desired number of runners, and their spec. The listener patches {@code replicas} and {@code patchID} together.
 *
 * @param replicas desired number of runners
 * @param patchID number of the patch that set {@code replicas}; with 0, surplus idle runners are removed, too
 * @param ephemeralRunnerSpec spec of each runner
 * @param ephemeralRunnerMetadata labels and annotations for runners that are created from now on
 * @param policy settings that the Go system does not have; null for the defaults. A change applies to existing runners
 */
@ApiObject
@RecordBuilder
public record EphemeralRunnerSetSpec(
        @JsonPropertyDescription("Desired number of runners") @Int32
        int replicas,

        @JsonPropertyDescription("Number of the patch that set replicas; with 0, surplus idle runners are removed, too")
        @Required
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int patchID,

        @JsonPropertyDescription("Spec of each runner") @JsonInclude(JsonInclude.Include.ALWAYS)
        EphemeralRunnerSpec ephemeralRunnerSpec,

        @JsonPropertyDescription("Labels and annotations for runners that are created from now on")
        @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerMetadata,

        @JsonPropertyDescription("Settings that the Go system does not have; a change applies to existing runners")
        @Nullable RunnerPolicy policy) {
    /** A spec without any values. */
    public static final EphemeralRunnerSetSpec EMPTY = builder().build();

    /** Replaces null with empty values. */
    public EphemeralRunnerSetSpec {
        ephemeralRunnerSpec = ephemeralRunnerSpec == null ? EphemeralRunnerSpec.EMPTY : ephemeralRunnerSpec;
        ephemeralRunnerMetadata = Normal.meta(ephemeralRunnerMetadata);
    }

    /** {@return the policy, or the default one} */
    public RunnerPolicy policyOrDefault() {
        return policy == null ? RunnerPolicy.DEFAULT : policy;
    }

    /** {@return a builder without any values} */
    public static EphemeralRunnerSetSpecBuilder builder() {
        return EphemeralRunnerSetSpecBuilder.builder();
    }

    /** {@return a builder that is initialized with these values} */
    public EphemeralRunnerSetSpecBuilder toBuilder() {
        return EphemeralRunnerSetSpecBuilder.builder(this);
    }
}

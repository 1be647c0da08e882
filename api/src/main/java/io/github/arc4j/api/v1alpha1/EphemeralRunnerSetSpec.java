package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * How many runners there should be, and of which kind. The listener patches {@code replicas} and {@code patchID} together.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record EphemeralRunnerSetSpec(
        @JsonPropertyDescription("Runners that should exist") @Int32
        int replicas,

        @JsonPropertyDescription("Number of the patch that set replicas; 0 is an order to scale down to replicas, too")
        @Required
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Int32
        int patchID,

        @JsonPropertyDescription("Spec of each runner") @JsonInclude(JsonInclude.Include.ALWAYS)
        EphemeralRunnerSpec ephemeralRunnerSpec,

        @JsonPropertyDescription("Labels and annotations for runners made from now on") @ResourceMeta.OmitEmpty
        ResourceMeta ephemeralRunnerMetadata) {
    /** A spec in which everything is missing. */
    public static final EphemeralRunnerSetSpec EMPTY = builder().build();

    public EphemeralRunnerSetSpec {
        ephemeralRunnerSpec = ephemeralRunnerSpec == null ? EphemeralRunnerSpec.EMPTY : ephemeralRunnerSpec;
        ephemeralRunnerMetadata = Normal.meta(ephemeralRunnerMetadata);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.replicas = replicas;
        builder.patchID = patchID;
        builder.ephemeralRunnerSpec = ephemeralRunnerSpec;
        builder.ephemeralRunnerMetadata = ephemeralRunnerMetadata;
        return builder;
    }

    /** Collects the values of an {@link EphemeralRunnerSetSpec}; what is not set is missing. */
    public static final class Builder {
        private int replicas;
        private int patchID;
        private EphemeralRunnerSpec ephemeralRunnerSpec = EphemeralRunnerSpec.EMPTY;
        private ResourceMeta ephemeralRunnerMetadata = ResourceMeta.EMPTY;

        private Builder() {}

        public Builder replicas(int replicas) {
            this.replicas = replicas;
            return this;
        }

        public Builder patchID(int patchID) {
            this.patchID = patchID;
            return this;
        }

        public Builder ephemeralRunnerSpec(EphemeralRunnerSpec ephemeralRunnerSpec) {
            this.ephemeralRunnerSpec = ephemeralRunnerSpec;
            return this;
        }

        public Builder ephemeralRunnerMetadata(ResourceMeta ephemeralRunnerMetadata) {
            this.ephemeralRunnerMetadata = ephemeralRunnerMetadata;
            return this;
        }

        public EphemeralRunnerSetSpec build() {
            return new EphemeralRunnerSetSpec(replicas, patchID, ephemeralRunnerSpec, ephemeralRunnerMetadata);
        }
    }
}

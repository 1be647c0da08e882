package io.github.arc4j.actions.model;

import io.github.arc4j.actions.ScaleSetApi;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A runner scale set. In updates, fields that are zero, empty or null mean "unchanged".
 *
 * @param id the scale set's id, 0 before creation
 * @param name the name that workflows use in {@code runs-on}
 * @param runnerGroupId id of the scale set's runner group
 * @param runnerGroupName name of the scale set's runner group
 * @param labels labels of the scale set; if none are given on creation, the name becomes the label
 * @param runnerSetting settings of the scale set's runners
 * @param createdOn creation time, null if unknown
 * @param runnerJitConfigUrl URL that generates JIT configurations
 * @param statistics current statistics, null if the service sent none
 */
public record RunnerScaleSet(
        int id,
        String name,
        int runnerGroupId,
        String runnerGroupName,
        List<Label> labels,
        RunnerSetting runnerSetting,
        @Nullable Instant createdOn,
        String runnerJitConfigUrl,
        @Nullable Statistics statistics) {

    /** Replaces null, as read from the service, with empty values. */
    public RunnerScaleSet {
        name = name == null ? "" : name;
        runnerGroupName = runnerGroupName == null ? "" : runnerGroupName;
        labels = labels == null ? List.of() : List.copyOf(labels);
        runnerSetting = runnerSetting == null ? new RunnerSetting(false) : runnerSetting;
        runnerJitConfigUrl = runnerJitConfigUrl == null ? "" : runnerJitConfigUrl;
    }

    /**
     * Creates a builder with empty values.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Creates a builder with the values of this scale set.
     *
     * @return the builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.name = name;
        builder.runnerGroupId = runnerGroupId;
        builder.runnerGroupName = runnerGroupName;
        builder.labels = labels;
        builder.runnerSetting = runnerSetting;
        builder.createdOn = createdOn;
        builder.runnerJitConfigUrl = runnerJitConfigUrl;
        builder.statistics = statistics;
        return builder;
    }

    /** Builds scale sets; see the record for the meaning of the fields. */
    public static final class Builder {
        private int id;
        private String name = "";
        private int runnerGroupId;
        private String runnerGroupName = "";
        private List<Label> labels = List.of();
        private RunnerSetting runnerSetting = new RunnerSetting(false);
        private @Nullable Instant createdOn;
        private String runnerJitConfigUrl = "";
        private @Nullable Statistics statistics;

        private Builder() {}

        /**
         * Sets the id, which the service assigns; not needed for creation and updates.
         *
         * @param id the id
         * @return this builder
         */
        public Builder id(int id) {
            this.id = id;
            return this;
        }

        /**
         * Sets the name; without a name, at least one label is required.
         *
         * @param name the name
         * @return this builder
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets the id of the runner group; required for creation, see {@link ScaleSetApi#getRunnerGroup}.
         *
         * @param runnerGroupId id of the runner group
         * @return this builder
         */
        public Builder runnerGroupId(int runnerGroupId) {
            this.runnerGroupId = runnerGroupId;
            return this;
        }

        /**
         * Sets the name of the runner group, which the service derives from the id; not needed.
         *
         * @param runnerGroupName name of the runner group
         * @return this builder
         */
        public Builder runnerGroupName(String runnerGroupName) {
            this.runnerGroupName = runnerGroupName;
            return this;
        }

        /**
         * Sets the labels; default the name.
         *
         * @param labels the labels
         * @return this builder
         */
        public Builder labels(List<Label> labels) {
            this.labels = labels;
            return this;
        }

        /**
         * Sets whether self-updates of runners are disabled; default false.
         *
         * @param disableUpdate whether self-updates are disabled
         * @return this builder
         */
        public Builder disableUpdate(boolean disableUpdate) {
            this.runnerSetting = new RunnerSetting(disableUpdate);
            return this;
        }

        /**
         * Sets the statistics, which only the service knows; never sent.
         *
         * @param statistics the statistics
         * @return this builder
         */
        public Builder statistics(Statistics statistics) {
            this.statistics = statistics;
            return this;
        }

        /**
         * Builds the scale set.
         *
         * @return the scale set
         */
        public RunnerScaleSet build() {
            return new RunnerScaleSet(
                    id,
                    name,
                    runnerGroupId,
                    runnerGroupName,
                    labels,
                    runnerSetting,
                    createdOn,
                    runnerJitConfigUrl,
                    statistics);
        }
    }
}

package io.github.arc4j.simulator;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job to queue.
 *
 * @param labels labels in {@code runs-on}: a scale set takes the job if each of them is its name or one of its labels,
 *     ignoring case
 * @param repository {@code owner/name}; null: a repository in the scope of the scale set that takes the job
 * @param workflow file name of the workflow, such as {@code ci.yml}
 * @param ref git ref of the workflow, such as {@code refs/heads/main}
 * @param displayName the job's name; null: {@code job-<id>}
 * @param eventName event that triggered the workflow
 * @param workflowRunId run that the job belongs to; 0: a new run
 * @param duration how long the job runs
 * @param result result of the job: {@code succeeded}, {@code failed}, {@code canceled}, ...
 * @param exitCode exit code of the runner that runs the job
 * @param group name of a group of jobs that are counted together; may be empty
 */
public record JobRequest(
        List<String> labels,
        @Nullable String repository,
        String workflow,
        String ref,
        @Nullable String displayName,
        String eventName,
        long workflowRunId,
        Duration duration,
        String result,
        int exitCode,
        String group) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if there is no label, the repository is not {@code owner/name}, or the duration is
     *     negative
     */
    public JobRequest {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a job needs at least one label");
        }
        if (repository != null && !repository.matches("[^/]+/[^/]+")) {
            throw new IllegalArgumentException("repository must be owner/name: " + repository);
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("negative duration: " + duration);
        }
        labels = List.copyOf(labels);
    }

    /**
     * Creates a job that succeeds immediately.
     *
     * @param scaleSet name of the scale set that gets the job
     * @return the job
     */
    public static JobRequest of(String scaleSet) {
        return builder(scaleSet).build();
    }

    /**
     * Begins a job.
     *
     * @param labels labels in {@code runs-on}, usually just the scale set's name
     * @return a builder for the job
     */
    public static Builder builder(String... labels) {
        return new Builder(List.of(labels));
    }

    /** Builder for a job. */
    public static final class Builder {
        private List<String> labels;
        private @Nullable String repository;
        private String workflow = "ci.yml";
        private String ref = "refs/heads/main";
        private @Nullable String displayName;
        private String eventName = "push";
        private long workflowRunId;
        private Duration duration = Duration.ZERO;
        private String result = "succeeded";
        private int exitCode;
        private String group = "";

        private Builder(List<String> labels) {
            this.labels = labels;
        }

        /**
         * Sets {@link JobRequest#labels()}.
         *
         * @param value labels in {@code runs-on}; at least one
         * @return this builder
         */
        public Builder labels(List<String> value) {
            labels = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#repository()}; null by default.
         *
         * @param value {@code owner/name}; null: a repository in the scope of the scale set that takes the job
         * @return this builder
         */
        public Builder repository(@Nullable String value) {
            repository = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#workflow()}; {@code ci.yml} by default.
         *
         * @param value file name of the workflow, such as {@code ci.yml}
         * @return this builder
         */
        public Builder workflow(String value) {
            workflow = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#ref()}; {@code refs/heads/main} by default.
         *
         * @param value git ref of the workflow, such as {@code refs/heads/main}
         * @return this builder
         */
        public Builder ref(String value) {
            ref = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#displayName()}; null by default.
         *
         * @param value the job's name; null: {@code job-<id>}
         * @return this builder
         */
        public Builder displayName(@Nullable String value) {
            displayName = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#eventName()}; {@code push} by default.
         *
         * @param value event that triggered the workflow
         * @return this builder
         */
        public Builder eventName(String value) {
            eventName = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#workflowRunId()}; 0 by default.
         *
         * @param value run that the job belongs to; 0: a new run
         * @return this builder
         */
        public Builder workflowRunId(long value) {
            workflowRunId = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#duration()}; 0 by default.
         *
         * @param value how long the job runs
         * @return this builder
         */
        public Builder duration(Duration value) {
            duration = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#result()}; {@code succeeded} by default.
         *
         * @param value result of the job: {@code succeeded}, {@code failed}, {@code canceled}, ...
         * @return this builder
         */
        public Builder result(String value) {
            result = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#exitCode()}; 0 by default.
         *
         * @param value exit code of the runner that runs the job
         * @return this builder
         */
        public Builder exitCode(int value) {
            exitCode = value;
            return this;
        }

        /**
         * Sets {@link JobRequest#group()}; empty by default.
         *
         * @param value name of a group of jobs that are counted together; may be empty
         * @return this builder
         */
        public Builder group(String value) {
            group = value;
            return this;
        }

        /**
         * Creates the job.
         *
         * @return the job
         * @throws IllegalArgumentException if there is no label, the repository is not {@code owner/name}, or the
         *     duration is negative
         */
        public JobRequest build() {
            return new JobRequest(
                    labels,
                    repository,
                    workflow,
                    ref,
                    displayName,
                    eventName,
                    workflowRunId,
                    duration,
                    result,
                    exitCode,
                    group);
        }
    }
}

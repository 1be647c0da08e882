package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * What the pod of a runner with a job reports about the job. Fields: {@code repository}, {@code workflow},
 * {@code runId}, {@code jobId}, {@code jobName}. Unknown fields are ignored.
 *
 * @param annotations fields to report in annotations, {@code actions.github.com/job-repository} and so on
 * @param labels fields to report in labels; characters that labels do not allow are replaced
 */
@ApiObject
public record JobMetadata(
        @JsonPropertyDescription(
                "Fields to report in annotations (actions.github.com/job-repository, -workflow, -run-id, -id, -name):"
                        + " repository, workflow, runId, jobId, jobName")
        List<String> annotations,

        @JsonPropertyDescription("Fields to report in labels; characters that labels do not allow are replaced")
        List<String> labels) {
    /** Replaces null with empty values. */
    public JobMetadata {
        annotations = Normal.list(annotations);
        labels = Normal.list(labels);
    }
}

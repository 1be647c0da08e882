package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * What the pod of a runner with a job reports about the job. Fields: {@code repository}, {@code workflow},
 * {@code runId}, {@code jobId}, {@code jobName}. Unknown fields are ignored.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record JobMetadata(
        @JsonPropertyDescription(
                "Fields reported in annotations (actions.github.com/job-repository, -workflow, -run-id, -id, -name): repository, workflow, runId, jobId, jobName")
        List<String> annotations,

        @JsonPropertyDescription("Fields reported in labels, with characters that labels do not allow replaced")
        List<String> labels) {
    public JobMetadata {
        annotations = Normal.list(annotations);
        labels = Normal.list(labels);
    }
}

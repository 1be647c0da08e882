package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * One counter or gauge of a listener.
 *
 * @param labels labels of the metric
 */
@ApiObject
public record LabeledMetric(
        @JsonPropertyDescription("Labels of the metric") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        List<String> labels) {
    /** Replaces null with empty values. */
    public LabeledMetric {
        labels = Normal.list(labels);
    }
}

package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * One counter of a listener.
 *
 * @param labels labels of the metric
 */
@ApiObject
public record CounterMetric(
        @JsonPropertyDescription("Labels of the metric") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        List<String> labels) {
    /** Replaces null with empty values. */
    public CounterMetric {
        labels = Normal.list(labels);
    }
}

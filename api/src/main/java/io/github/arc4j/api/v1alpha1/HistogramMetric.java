package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * One histogram of a listener.
 *
 * @param labels labels of the metric
 * @param buckets upper bounds in seconds; empty for the default
 */
@ApiObject
public record HistogramMetric(
        @JsonPropertyDescription("Labels of the metric") @Required @JsonInclude(JsonInclude.Include.ALWAYS)
        List<String> labels,

        @JsonPropertyDescription("Upper bounds in seconds; the default if empty")
        List<Double> buckets) {
    /** Replaces null with empty values. */
    public HistogramMetric {
        labels = Normal.list(labels);
        buckets = Normal.list(buckets);
    }
}

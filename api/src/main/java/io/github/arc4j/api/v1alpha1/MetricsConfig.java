package io.github.arc4j.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;

/**
 * Which metrics a listener exposes, by name.
 *
 * @param counters counters by name
 * @param gauges gauges by name
 * @param histograms histograms by name
 */
@ApiObject
public record MetricsConfig(
        @JsonPropertyDescription("Counters by name") Map<String, LabeledMetric> counters,
        @JsonPropertyDescription("Gauges by name") Map<String, LabeledMetric> gauges,
        @JsonPropertyDescription("Histograms by name") Map<String, HistogramMetric> histograms) {
    /** Replaces null with empty values. */
    public MetricsConfig {
        counters = Normal.map(counters);
        gauges = Normal.map(gauges);
        histograms = Normal.map(histograms);
    }
}

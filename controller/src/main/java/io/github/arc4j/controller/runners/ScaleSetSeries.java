package io.github.arc4j.controller.runners;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.SimpleCollector;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The series of a metric whose first two labels are the name and the namespace of a scale set. They are removed with
 * the AutoscalingRunnerSet, and a late observation does not create them again.
 *
 * @param <C> a single series
 */
final class ScaleSetSeries<C> {
    private final SimpleCollector<C> metric;
    private final ResourceCache<AutoscalingRunnerSet> scaleSets;
    /** The further label values of each scale set's series. */
    private final Map<Request, Set<String>> series = new ConcurrentHashMap<>();

    ScaleSetSeries(SimpleCollector<C> metric, ResourceCache<AutoscalingRunnerSet> scaleSets) {
        this.metric = metric;
        this.scaleSets = scaleSets;
        scaleSets.onChange((before, after) -> {
            if (before != null && after == null) {
                remove(Request.of(before));
            }
        });
    }

    /** Updates the only series of a scale set, unless the scale set is deleted. */
    void update(Request scaleSet, Consumer<C> update) {
        update(scaleSet, "", update);
    }

    /**
     * Updates a series of a scale set, unless the scale set is deleted.
     *
     * @param label value of the third label; empty if the metric has only two labels
     */
    void update(Request scaleSet, String label, Consumer<C> update) {
        // Atomic with remove, which is called after the scale set has left the cache.
        series.compute(scaleSet, (key, known) -> {
            if (scaleSets.get(scaleSet) == null) {
                return known;
            }
            Set<String> labels = known == null ? new HashSet<>() : known;
            labels.add(label);
            update.accept(metric.labels(values(scaleSet, label)));
            return labels;
        });
    }

    private void remove(Request scaleSet) {
        series.computeIfPresent(scaleSet, (key, labels) -> {
            labels.forEach(label -> metric.remove(values(scaleSet, label)));
            return null;
        });
    }

    private static String[] values(Request scaleSet, String label) {
        return Stream.of(scaleSet.name(), scaleSet.namespace(), label)
                .limit(label.isEmpty() ? 2 : 3)
                .toArray(String[]::new);
    }
}

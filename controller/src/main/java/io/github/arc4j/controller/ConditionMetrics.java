package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalinglistener.ListenerReferences;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.events.MessageText;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metric {@code gha_controller_condition}: 1 for the current state of each condition of scale sets, listeners and
 * runner sets. Read from the caches at each scrape, so it always matches the objects, and its series disappear with
 * them.
 */
final class ConditionMetrics extends Collector {
    private static final List<String> LABELS = List.of("kind", "namespace", "name", "type", "status", "reason");

    /** Far more than the controller writes. Users may be able to write others. */
    private static final int MAX_CONDITIONS = 32;

    private static final int MAX_LENGTH = 64;

    private final Resources resources;

    ConditionMetrics(Resources resources) {
        this.resources = resources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        // A set, because while a listener is replaced, two of them may have the same conditions.
        Set<List<String>> series = new LinkedHashSet<>();
        for (AutoscalingRunnerSet set :
                resources.autoscalingRunnerSets().cache().all()) {
            add(series, set.getKind(), Request.of(set), set.statusOrEmpty().conditions());
        }
        for (AutoscalingListener listener :
                resources.autoscalingListeners().cache().all()) {
            Request scaleSet = ListenerReferences.runnerSetOf(listener);
            add(series, listener.getKind(), scaleSet, listener.statusOrEmpty().conditions());
        }
        for (EphemeralRunnerSet set : resources.ephemeralRunnerSets().cache().all()) {
            add(series, set.getKind(), Request.of(set), set.statusOrEmpty().conditions());
        }
        GaugeMetricFamily family = new GaugeMetricFamily(
                "gha_controller_condition",
                "1 for the current state of each condition; a listener has the name and namespace of its scale set.",
                LABELS);
        series.forEach(labels -> family.addMetric(labels, 1));
        return List.of(family);
    }

    static void add(Set<List<String>> series, String kind, Request object, List<Condition> conditions) {
        conditions.stream()
                .limit(MAX_CONDITIONS)
                .map(condition -> List.of(
                        kind,
                        object.namespace(),
                        object.name(),
                        label(condition.getType()),
                        label(condition.getStatus()),
                        label(condition.getReason())))
                .forEach(series::add);
    }

    /** Users who may write the status choose the text. */
    private static String label(@Nullable String text) {
        return MessageText.of(Objects.requireNonNullElse(text, ""), MAX_LENGTH);
    }
}

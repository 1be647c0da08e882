package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.listener.metrics.ListenerMetrics;
import io.github.arc4j.listener.metrics.SeriesLimit;
import io.github.arc4j.process.LazyList;
import io.github.arc4j.process.ListenerConfig;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of all hosted listeners, with the names and labels that each of them would have alone. Job metrics have
 * no label for the scale set: if several listeners have the same series, it is the sum of theirs. The counts of removed
 * listeners stay in the sum, so that it does not decrease.
 */
final class SharedMetrics extends Collector {
    /** At most about 5 KiB each; usually less than 1 KiB. */
    private static final int MAX_SERIES = 8000;

    /**
     * Of each metric, from removed listeners. Names of jobs are user-controlled text, and a scale set can be changed any
     * number of times. Without the others, Prometheus sees a restart of their counters.
     */
    private static final int MAX_REMOVED_SERIES = 1000;

    /** The metrics of a listener, and the configuration that must not change if they are to be kept. */
    private record Part(ListenerMetrics metrics, List<@Nullable Object> shape) {}

    private final CollectorRegistry registry = new CollectorRegistry();
    private final SeriesLimit limit = new SeriesLimit(MAX_SERIES);
    private final Map<String, Part> parts = new HashMap<>();
    /** Counts of removed listeners. */
    private final Map<String, MergedFamily> removed = new TreeMap<>();

    SharedMetrics() {
        register(registry);
    }

    CollectorRegistry registry() {
        return registry;
    }

    /**
     * Returns the metrics of a listener, served until it leaves: the existing ones, unless its configuration requires
     * others.
     *
     * @param uid UID of its object
     */
    synchronized ListenerMetrics join(String uid, ListenerConfig config, ConfigUrl url) {
        List<@Nullable Object> shape = Arrays.asList(
                url, config.ephemeralRunnerSetNamespace(), config.ephemeralRunnerSetName(), config.metrics());
        Part part = parts.get(uid);
        if (part != null && part.shape().equals(shape)) {
            part.metrics().limits(config);
            return part.metrics();
        }
        leave(uid);
        ListenerMetrics metrics = new ListenerMetrics(config, url, limit);
        parts.put(uid, new Part(metrics, shape));
        return metrics;
    }

    synchronized void leave(String uid) {
        Part part = parts.remove(uid);
        if (part != null) {
            for (MetricFamilySamples family : families(part)) {
                List<MetricFamilySamples.Sample> shared = family.samples.stream()
                        .filter(sample -> isShared(family, sample))
                        .toList();
                if (!shared.isEmpty()) {
                    MergedFamily sum = removed.computeIfAbsent(family.name, name -> new MergedFamily(family));
                    sum.add(shared);
                    sum.keepNewest(MAX_REMOVED_SERIES);
                }
            }
            part.metrics().release();
        }
    }

    /** Whether other listeners may have the same series, which must not decrease. */
    private boolean isShared(MetricFamilySamples family, MetricFamilySamples.Sample sample) {
        return (family.type == Type.COUNTER || family.type == Type.HISTOGRAM) && !sample.labelNames.contains("name");
    }

    /** Each family is merged when it is read: the samples of all of them at once do not fit into a small heap. */
    @Override
    public List<MetricFamilySamples> collect() {
        List<MetricFamilySamples> heads = heads();
        return new LazyList<>(heads.size(), index -> merged(heads.get(index)));
    }

    /** All families, without samples. */
    private synchronized List<MetricFamilySamples> heads() {
        Map<String, MetricFamilySamples> heads = new TreeMap<>();
        removed.forEach((name, family) -> heads.put(name, family.empty().samples()));
        for (Part part : parts.values()) {
            part.metrics()
                    .registry()
                    .metricFamilySamples()
                    .asIterator()
                    .forEachRemaining(
                            family -> heads.computeIfAbsent(family.name, name -> new MergedFamily(family).samples()));
        }
        return List.copyOf(heads.values());
    }

    private synchronized MetricFamilySamples merged(MetricFamilySamples head) {
        MergedFamily all = new MergedFamily(head);
        MergedFamily before = removed.get(head.name);
        if (before != null) {
            all.add(before);
        }
        for (Part part : parts.values()) {
            part.metrics()
                    .registry()
                    .filteredMetricFamilySamples((String sample) -> sample.startsWith(head.name))
                    .asIterator()
                    .forEachRemaining(family -> {
                        if (family.name.equals(head.name)) {
                            all.add(family.samples);
                        }
                    });
        }
        return all.samples();
    }

    private static List<MetricFamilySamples> families(Part part) {
        return Collections.list(part.metrics().registry().metricFamilySamples());
    }
}

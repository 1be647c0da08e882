package io.github.arc4j.listener.metrics;

import io.github.arc4j.listener.metrics.MetricDefinition.Kind;
import io.github.arc4j.process.ListenerConfig;
import io.github.arc4j.process.log.LogText;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics about the scale set and its jobs that the configuration selects, with the labels that it selects. */
public final class ScaleSetMetrics {
    private static final Logger log = LoggerFactory.getLogger(ScaleSetMetrics.class);

    /** More than twice the default; each series has all of them, and others may share the process. */
    private static final int MAX_BUCKETS = 100;

    /** How many metrics that do not exist are reported by name. */
    private static final int MAX_REPORTED = 10;

    private static final int MAX_REPORTED_LENGTH = 100;

    private record Labeled<C>(C collector, MetricLabels labels) {}

    private final CollectorRegistry registry;
    private final String namespace;
    private final SeriesLimit limit;
    private final Map<String, Labeled<Gauge>> gauges = new HashMap<>();
    private final Map<String, Labeled<Counter>> counters = new HashMap<>();
    private final Map<String, Labeled<Histogram>> histograms = new HashMap<>();
    private int unknown;

    /** @param wanted null means all, with their default labels */
    ScaleSetMetrics(
            CollectorRegistry registry, ListenerConfig.@Nullable Metrics wanted, String namespace, SeriesLimit limit) {
        this.registry = registry;
        this.namespace = namespace;
        this.limit = limit;
        if (wanted == null) {
            for (MetricDefinition metric : MetricDefinition.ALL) {
                register(metric, metric.labels(), MetricDefinition.BUCKETS);
            }
            return;
        }
        wanted.gauges().forEach((name, labels) -> register(name, Kind.GAUGE, labels, List.of()));
        wanted.counters().forEach((name, labels) -> register(name, Kind.COUNTER, labels, List.of()));
        wanted.histograms()
                .forEach((name, metric) -> register(name, Kind.HISTOGRAM, metric.labels(), metric.buckets()));
    }

    private void register(String name, Kind kind, List<String> labels, List<Double> buckets) {
        if (ListenerMetrics.OWN.contains(name)) {
            return;
        }
        MetricDefinition.ALL.stream()
                .filter(metric -> metric.name().equals(name) && metric.kind() == kind)
                .findFirst()
                .ifPresentOrElse(
                        metric -> register(metric, labels, buckets.isEmpty() ? MetricDefinition.BUCKETS : buckets),
                        () -> reportUnknown(name, kind));
    }

    private void reportUnknown(String name, Kind kind) {
        unknown++;
        if (unknown <= MAX_REPORTED) {
            log.error("unknown metric name: {} is not a {}", LogText.cut(name, MAX_REPORTED_LENGTH), kind);
        } else if (unknown == MAX_REPORTED + 1) {
            log.error("further unknown metric names are not reported");
        }
    }

    private void register(MetricDefinition metric, List<String> wantedLabels, List<Double> buckets) {
        double[] bounds = ascending(metric.name(), buckets);
        MetricLabels labels = new MetricLabels(metric, wantedLabels, bounds.length, namespace, limit);
        switch (metric.kind()) {
            case GAUGE -> {
                Gauge gauge = Gauge.build(metric.name(), metric.help())
                        .labelNames(labels.names())
                        .register(registry);
                gauges.put(metric.name(), new Labeled<>(gauge, labels));
            }
            case COUNTER -> {
                Counter counter = Counter.build(metric.name(), metric.help())
                        .labelNames(labels.names())
                        .register(registry);
                labels.removeBy(counter::remove);
                counters.put(metric.name(), new Labeled<>(counter, labels));
            }
            case HISTOGRAM -> {
                Histogram histogram = Histogram.build(metric.name(), metric.help())
                        .labelNames(labels.names())
                        .buckets(bounds)
                        .register(registry);
                labels.removeBy(histogram::remove);
                histograms.put(metric.name(), new Labeled<>(histogram, labels));
            }
        }
    }

    private static double[] ascending(String metric, List<Double> buckets) {
        if (buckets.size() > MAX_BUCKETS) {
            log.error("Metric {}: {} buckets; the first {} are used", metric, buckets.size(), MAX_BUCKETS);
        }
        return buckets.stream()
                .limit(MAX_BUCKETS)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .distinct()
                .toArray();
    }

    void set(String gauge, Map<String, String> labels, double value) {
        Labeled<Gauge> metric = gauges.get(gauge);
        if (metric != null) {
            synchronized (limit) {
                metric.collector().labels(metric.labels().values(labels)).set(value);
            }
        }
    }

    void count(String counter, Map<String, String> labels) {
        Labeled<Counter> metric = counters.get(counter);
        if (metric != null) {
            synchronized (limit) {
                metric.collector().labels(metric.labels().values(labels)).inc();
            }
        }
    }

    void observe(String histogram, Map<String, String> labels, double seconds) {
        Labeled<Histogram> metric = histograms.get(histogram);
        if (metric != null) {
            synchronized (limit) {
                metric.collector().labels(metric.labels().values(labels)).observe(seconds);
            }
        }
    }

    void release() {
        synchronized (limit) {
            Stream.of(gauges, counters, histograms)
                    .flatMap(metrics -> metrics.values().stream())
                    .forEach(metric -> metric.labels().release());
        }
    }
}

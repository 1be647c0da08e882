package io.github.arc4j.runtime.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Metrics of requests to the API server, {@code rest_client_requests_total}, and of watches, {@code
 * gha_controller_watch_*}.
 */
public final class RestClientMetrics {
    private final Counter requests;
    private final Counter watchFailures;
    private final Map<String, Queue<Supplier<Duration>>> silences = new ConcurrentHashMap<>();

    public RestClientMetrics(CollectorRegistry registry) {
        requests = Counter.build(
                        "rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code, method, and host.")
                .labelNames("code", "method", "host")
                .register(registry);
        watchFailures = Counter.build(
                        "gha_controller_watch_failures_total",
                        "Number of watches that were restarted because a bug in the controller had ended them.")
                .labelNames("resource")
                .register(registry);
        new Silences().register(registry);
    }

    /** The longest silence among the watches of each resource. */
    private final class Silences extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            GaugeMetricFamily family = new GaugeMetricFamily(
                    "gha_controller_watch_silence_seconds",
                    "Time since the API server last sent data through the watch of a resource.",
                    List.of("resource"));
            silences.forEach((resource, watches) -> family.addMetric(
                    List.of(resource),
                    watches.stream()
                            .mapToDouble(watch -> watch.get().toMillis() / 1e3)
                            .max()
                            .orElse(0)));
            return List.of(family);
        }
    }

    /**
     * Exposes the silence of a watch as long as the process runs.
     *
     * @param resource plural of the watched kind
     */
    public void watches(String resource, Supplier<Duration> silence) {
        silences.computeIfAbsent(resource, first -> new ConcurrentLinkedQueue<>())
                .add(silence);
    }

    public void answered(int code, String method, String host) {
        requests.labels(String.valueOf(code), method, host).inc();
    }

    public void failed(String method, String host) {
        requests.labels("<error>", method, host).inc();
    }

    /**
     * A watch failed because of a defect and is restarted.
     *
     * @param resource plural of the watched kind
     */
    public void watchFailed(String resource) {
        watchFailures.labels(resource).inc();
    }
}

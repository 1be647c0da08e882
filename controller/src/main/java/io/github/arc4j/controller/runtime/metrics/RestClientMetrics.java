package io.github.arc4j.controller.runtime.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/** Requests to the API server: {@code rest_client_requests_total}, and {@code gha_controller_watch_failures_total}. */
public final class RestClientMetrics {
    private final Counter requests;
    private final Counter watchFailures;

    public RestClientMetrics(CollectorRegistry registry) {
        requests = Counter.build(
                        "rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code, method, and host.")
                .labelNames("code", "method", "host")
                .register(registry);
        watchFailures = Counter.build(
                        "gha_controller_watch_failures_total",
                        "Number of watches that failed by a defect of the controller and were started again.")
                .labelNames("resource")
                .register(registry);
    }

    /** An answer came. */
    public void answered(int code, String method, String host) {
        requests.labels(String.valueOf(code), method, host).inc();
    }

    /** No answer came. */
    public void failed(String method, String host) {
        requests.labels("<error>", method, host).inc();
    }

    /**
     * A watch failed by a defect of this program, and starts again.
     *
     * @param resource the plural of the kind that is watched
     */
    public void watchFailed(String resource) {
        watchFailures.labels(resource).inc();
    }
}

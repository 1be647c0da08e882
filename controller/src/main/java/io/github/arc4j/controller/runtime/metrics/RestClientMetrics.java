package io.github.arc4j.controller.runtime.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/** {@code rest_client_requests_total}: requests to the API server. */
public final class RestClientMetrics {
    private final Counter requests;

    public RestClientMetrics(CollectorRegistry registry) {
        requests = Counter.build(
                        "rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code, method, and host.")
                .labelNames("code", "method", "host")
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
}

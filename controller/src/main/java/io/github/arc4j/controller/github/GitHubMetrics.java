package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.process.address.AddressOrder;
import io.github.arc4j.process.http.StatusLabel;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.time.Duration;
import java.util.Locale;

/**
 * The metrics {@code gha_controller_github_*}: requests to GitHub, by operation. Also passes the results to {@link
 * GitHubContact}.
 */
public final class GitHubMetrics implements ClientMetrics {
    private final GitHubContact contact;
    private final Counter requests;
    private final Counter retries;
    private final Histogram duration;
    private final Counter heldBack;

    enum Cause {
        /** GitHub limits the rate of requests with these credentials. */
        RATE_LIMIT,
        /** Earlier requests of the scale set failed. */
        FAILURES,
        /** Many requests of the scale set are waiting for a response. */
        SLOWNESS;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public GitHubMetrics(CollectorRegistry registry, GitHubContact contact) {
        this.contact = contact;
        requests = Counter.build(
                        "gha_controller_github_requests_total",
                        "Requests to GitHub, by operation and HTTP status (0: no response).")
                .labelNames("operation", "code")
                .register(registry);
        retries = Counter.build("gha_controller_github_retries_total", "Retried requests to GitHub, by operation.")
                .labelNames("operation")
                .register(registry);
        duration = Histogram.build(
                        "gha_controller_github_request_duration_seconds",
                        "Response time of requests to GitHub (in seconds), by operation.")
                .labelNames("operation")
                .buckets(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
                .register(registry);
        heldBack = Counter.build(
                        "gha_controller_github_held_back_total",
                        "Requests to GitHub that were held back, by cause: rate_limit, failures or slowness.")
                .labelNames("cause")
                .register(registry);
        for (Cause cause : Cause.values()) {
            heldBack.labels(cause.label());
        }
    }

    void heldBack(Cause cause) {
        heldBack.labels(cause.label()).inc();
    }

    @Override
    public void attempt(String operation, int status, Duration time) {
        requests.labels(operation, StatusLabel.of(status)).inc();
        duration.labels(operation).observe(time.toNanos() / 1e9);
        contact.attempted(status);
    }

    @Override
    public void retry(String operation, int status, Duration wait) {
        retries.labels(operation).inc();
    }

    @Override
    public void unreachable(String host, int port, Duration time) {
        AddressOrder.OF_THE_PROCESS.failed(host, port, time);
    }
}

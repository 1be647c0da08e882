package io.github.arc4j.runtime.metrics;

import io.prometheus.client.CollectorRegistry;

public record RuntimeMetrics(
        ControllerMetrics controllers, WorkQueueMetrics queues, RestClientMetrics restClient, LeaderMetrics leader) {

    /** Registers the metrics. Call it once per registry. */
    public static RuntimeMetrics register(CollectorRegistry registry) {
        return new RuntimeMetrics(
                new ControllerMetrics(registry),
                new WorkQueueMetrics(registry),
                new RestClientMetrics(registry),
                new LeaderMetrics(registry));
    }
}

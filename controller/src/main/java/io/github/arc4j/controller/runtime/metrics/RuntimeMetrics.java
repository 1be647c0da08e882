package io.github.arc4j.controller.runtime.metrics;

import io.prometheus.client.CollectorRegistry;

/** All series of the runtime. */
public record RuntimeMetrics(
        ControllerMetrics controllers, WorkQueueMetrics queues, RestClientMetrics restClient, LeaderMetrics leader) {

    /** Registers them. Once per registry. */
    public static RuntimeMetrics register(CollectorRegistry registry) {
        return new RuntimeMetrics(
                new ControllerMetrics(registry),
                new WorkQueueMetrics(registry),
                new RestClientMetrics(registry),
                new LeaderMetrics(registry));
    }
}

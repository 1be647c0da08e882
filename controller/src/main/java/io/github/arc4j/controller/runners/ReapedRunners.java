package io.github.arc4j.controller.runners;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/**
 * The metric {@code gha_controller_runners_reaped_total}: runners that were deleted although their pods ran, because
 * they were no longer of any use.
 */
public final class ReapedRunners {
    private final Counter counter;

    public ReapedRunners(CollectorRegistry registry) {
        counter = Counter.build(
                        "gha_controller_runners_reaped_total",
                        "Runners deleted while their pods were running, by reason.")
                .labelNames("reason")
                .register(registry);
    }

    /** Adds to the number of runners that were deleted for a reason, which is also that of their Events. */
    public void count(String reason, int number) {
        counter.labels(reason).inc(number);
    }
}

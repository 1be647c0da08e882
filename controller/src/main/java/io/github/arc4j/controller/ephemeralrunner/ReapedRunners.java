package io.github.arc4j.controller.ephemeralrunner;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/**
 * The metric {@code gha_controller_runners_reaped_total}: runners that were deleted although their pods ran, because
 * they were of no use any more.
 */
final class ReapedRunners {
    private final Counter counter;

    ReapedRunners(CollectorRegistry registry) {
        counter = Counter.build(
                        "gha_controller_runners_reaped_total",
                        "Runners deleted while their pods were running, by reason.")
                .labelNames("reason")
                .register(registry);
        for (RunnerEnding ending : RunnerEnding.values()) {
            if (ending.isReaping()) {
                counter.labels(ending.reason());
            }
        }
    }

    void count(RunnerEnding ending) {
        if (ending.isReaping()) {
            counter.labels(ending.reason()).inc();
        }
    }
}

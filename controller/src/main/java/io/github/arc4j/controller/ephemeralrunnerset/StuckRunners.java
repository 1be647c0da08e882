package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.MessageText;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The metric {@code gha_controller_stuck_ephemeral_runners}: the runners of each scale set that cannot start at
 * present, by the reason in their status. Counted at each scrape.
 */
final class StuckRunners extends Collector {
    /** Users who may write a runner's status can choose any text. */
    private static final int LONGEST_REASON = 64;

    private final ResourceCache<EphemeralRunnerSet> sets;
    private final RunnerIndex index;

    StuckRunners(ResourceCache<EphemeralRunnerSet> sets, RunnerIndex index) {
        this.sets = sets;
        this.index = index;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<List<String>, Integer> numbers = new HashMap<>();
        for (EphemeralRunnerSet set : sets.all()) {
            for (EphemeralRunner runner : index.stuck(set)) {
                numbers.merge(
                        List.of(
                                RunnerGauges.scaleSetName(set),
                                RunnerGauges.scaleSetNamespace(set),
                                MessageText.of(runner.statusOrEmpty().reason(), LONGEST_REASON)),
                        1,
                        Integer::sum);
            }
        }
        GaugeMetricFamily family = new GaugeMetricFamily(
                "gha_controller_stuck_ephemeral_runners",
                "Number of ephemeral runners that cannot start at present, by reason.",
                List.of("name", "namespace", "reason"));
        numbers.forEach(family::addMetric);
        return List.of(family);
    }
}

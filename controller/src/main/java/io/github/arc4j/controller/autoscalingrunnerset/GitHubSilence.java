package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubReachable;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The metric {@code gha_controller_github_silence_seconds}: how long GitHub has been unusable for each scale set.
 * Computed from the conditions at each scrape, so it always matches them, continues after a restart, and disappears
 * with its scale set.
 */
final class GitHubSilence extends Collector {
    private final ResourceCache<AutoscalingRunnerSet> sets;
    private final InstantSource clock;

    GitHubSilence(ResourceCache<AutoscalingRunnerSet> sets, InstantSource clock) {
        this.sets = sets;
        this.clock = clock;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "gha_controller_github_silence_seconds",
                "Time since a scale set's requests to GitHub began to fail, 0 while they succeed.",
                List.of("name", "namespace"));
        Instant now = clock.instant();
        for (AutoscalingRunnerSet set : sets.all()) {
            List<Condition> conditions = set.statusOrEmpty().conditions();
            if (Conditions.find(conditions, GitHubReachable.TYPE).isPresent()) {
                ObjectMeta metadata = set.getMetadata();
                family.addMetric(List.of(metadata.getName(), metadata.getNamespace()), seconds(conditions, now));
            }
        }
        return List.of(family);
    }

    private static double seconds(List<Condition> conditions, Instant now) {
        return Conditions.since(conditions, GitHubReachable.TYPE, false)
                .map(since -> Math.max(0, Duration.between(since, now).toMillis() / 1e3))
                .orElse(0.0);
    }
}

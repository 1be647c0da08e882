package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GitHubMetricsTest {
    private static final String REQUESTS = "gha_controller_github_requests_total";

    private final CollectorRegistry registry = new CollectorRegistry();
    private final GitHubMetrics metrics = new GitHubMetrics(registry, new GitHubContact(InstantSource.system()));

    @Test
    void unusualStatusesShareASeries() {
        for (int status = 0; status < 1000; status++) {
            metrics.attempt("getRunner", status, Duration.ofMillis(1));
        }

        List<MetricFamilySamples.Sample> samples = Collections.list(registry.metricFamilySamples()).stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.equals(REQUESTS))
                .toList();
        assertThat(samples).hasSizeLessThan(60);
        assertThat(samples.stream().mapToDouble(sample -> sample.value).sum()).isEqualTo(1000);
        assertThat(requests("404")).isEqualTo(1);
        assertThat(requests("other")).isGreaterThan(900);
    }

    private double requests(String code) {
        return registry.getSampleValue(REQUESTS, new String[] {"operation", "code"}, new String[] {"getRunner", code});
    }
}

package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.Counts;
import io.prometheus.client.CollectorRegistry;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunnerGaugesTest {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final RunnerGauges gauges = new RunnerGauges(registry);

    private static EphemeralRunnerSet set(String namespace) {
        return set(namespace, "acme");
    }

    private static EphemeralRunnerSet set(String namespace, String organization) {
        EphemeralRunnerSet set = new EphemeralRunnerSet();
        set.getMetadata().setNamespace(namespace);
        set.getMetadata().setName("set");
        set.getMetadata().setLabels(Map.of(Labels.SCALE_SET_NAME, "set", Labels.SCALE_SET_NAMESPACE, "team"));
        set.setSpec(EphemeralRunnerSetSpec.builder()
                .ephemeralRunnerSpec(EphemeralRunnerSpec.builder()
                        .githubConfigUrl("https://github.com/" + organization)
                        .build())
                .build());
        return set;
    }

    private @Nullable Double running(String namespace) {
        return registry.getSampleValue(
                "gha_controller_running_ephemeral_runners",
                new String[] {"name", "namespace", "repository", "organization", "enterprise"},
                new String[] {"set", namespace, "", "acme", ""});
    }

    @Test
    void aLabelDoesNotChangeTheSeriesOfAnotherNamespace() {
        gauges.set(set("team"), new Counts(0, 7, 0, 0, 0, 0, 0));
        gauges.set(set("tenant"), new Counts(0, 1, 0, 0, 0, 0, 0));

        assertThat(running("team")).isEqualTo(7);
        assertThat(running("tenant")).isEqualTo(1);
    }

    /** Prometheus may reject all metrics of the controller because of one long value. */
    @Test
    void valuesOfLabelsAreCut() {
        gauges.set(set("team", "o".repeat(1000)), new Counts(0, 7, 0, 0, 0, 0, 0));

        assertThat(Collections.list(registry.metricFamilySamples()))
                .flatExtracting(family -> family.samples)
                .flatExtracting(sample -> sample.labelValues)
                .allSatisfy(value -> assertThat(value).hasSizeLessThanOrEqualTo(200));
    }
}

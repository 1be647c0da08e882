package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Counts;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.Map;
import java.util.Objects;

/** The runners of each scale set by state, for dashboards. The series of a set go with it. */
final class RunnerGauges {
    private final Gauge pending;
    private final Gauge running;
    private final Gauge failed;

    RunnerGauges(CollectorRegistry registry) {
        pending = gauge("pending", registry);
        running = gauge("running", registry);
        failed = gauge("failed", registry);
    }

    private static Gauge gauge(String state, CollectorRegistry registry) {
        return Gauge.build(
                        "gha_controller_%s_ephemeral_runners".formatted(state),
                        "Number of ephemeral runners in a %s state.".formatted(state))
                .labelNames("name", "namespace", "repository", "organization", "enterprise")
                .register(registry);
    }

    void set(EphemeralRunnerSet set, Counts counts) {
        String[] labels = labels(set);
        pending.labels(labels).set(counts.pending());
        running.labels(labels).set(counts.running());
        failed.labels(labels).set(counts.failed());
    }

    void remove(EphemeralRunnerSet set) {
        String[] labels = labels(set);
        pending.remove(labels);
        running.remove(labels);
        failed.remove(labels);
    }

    private static String[] labels(EphemeralRunnerSet set) {
        Map<String, String> labels =
                Objects.requireNonNullElse(set.getMetadata().getLabels(), Map.of());
        String name = labels.getOrDefault(Labels.SCALE_SET_NAME, "");
        String namespace = labels.getOrDefault(Labels.SCALE_SET_NAMESPACE, "");
        try {
            ConfigUrl url = ConfigUrl.parse(set.getSpec().ephemeralRunnerSpec().githubConfigUrl());
            return new String[] {name, namespace, url.repository(), url.organization(), url.enterprise()};
        } catch (InvalidConfigUrlException e) {
            return new String[] {name, namespace, "", "", ""};
        }
    }
}

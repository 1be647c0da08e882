package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Counts;
import io.github.arc4j.controller.runtime.Request;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The runners of each scale set by state, for dashboards. The series of a set go with it. */
final class RunnerGauges {
    private final Gauge pending;
    private final Gauge running;
    private final Gauge failed;
    private final Map<Request, List<String>> series = new ConcurrentHashMap<>();

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
        List<String> labels = labels(set);
        List<String> before = series.put(Request.of(set), labels);
        if (before != null && !before.equals(labels)) {
            remove(before);
        }
        String[] values = labels.toArray(String[]::new);
        pending.labels(values).set(counts.pending());
        running.labels(values).set(counts.running());
        failed.labels(values).set(counts.failed());
    }

    void remove(Request set) {
        List<String> labels = series.remove(set);
        if (labels != null) {
            remove(labels);
        }
    }

    private void remove(List<String> labels) {
        String[] values = labels.toArray(String[]::new);
        pending.remove(values);
        running.remove(values);
        failed.remove(values);
    }

    private static List<String> labels(EphemeralRunnerSet set) {
        Map<String, String> labels =
                Objects.requireNonNullElse(set.getMetadata().getLabels(), Map.of());
        String name = labels.getOrDefault(Labels.SCALE_SET_NAME, "");
        String namespace = labels.getOrDefault(Labels.SCALE_SET_NAMESPACE, "");
        try {
            ConfigUrl url = ConfigUrl.parse(set.getSpec().ephemeralRunnerSpec().githubConfigUrl());
            return List.of(name, namespace, url.repository(), url.organization(), url.enterprise());
        } catch (InvalidConfigUrlException e) {
            return List.of(name, namespace, "", "", "");
        }
    }
}

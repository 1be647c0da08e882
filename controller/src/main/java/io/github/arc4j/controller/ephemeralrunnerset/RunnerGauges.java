package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.Counts;
import io.github.arc4j.process.log.LogText;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.metrics.ObjectGauges;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.List;

/** The runners of each scale set by state, for dashboards. The series of a set are removed with it. */
final class RunnerGauges {
    /**
     * The same as in a listener's metrics. Prometheus may reject all metrics of a process if one label value is longer.
     */
    private static final int MAX_VALUE = 200;

    private final ObjectGauges gauges;

    RunnerGauges(CollectorRegistry registry) {
        gauges = new ObjectGauges(
                gauge("pending", registry),
                gauge("running", registry),
                gauge("failed", registry),
                gauge("outdated", registry));
    }

    private static Gauge gauge(String state, CollectorRegistry registry) {
        return Gauge.build(
                        "gha_controller_%s_ephemeral_runners".formatted(state),
                        "Number of ephemeral runners in a %s state.".formatted(state))
                .labelNames("name", "namespace", "repository", "organization", "enterprise")
                .register(registry);
    }

    void set(EphemeralRunnerSet set, Counts counts) {
        gauges.set(
                Request.of(set), labels(set), counts.pending(), counts.running(), counts.failed(), counts.outdated());
    }

    void remove(Request set) {
        gauges.remove(set);
    }

    private static List<String> labels(EphemeralRunnerSet set) {
        String name = scaleSetName(set);
        String namespace = scaleSetNamespace(set);
        try {
            ConfigUrl url = ConfigUrl.parse(set.getSpec().ephemeralRunnerSpec().githubConfigUrl());
            return List.of(
                    name,
                    namespace,
                    LogText.cut(url.repository(), MAX_VALUE),
                    LogText.cut(url.organization(), MAX_VALUE),
                    LogText.cut(url.enterprise(), MAX_VALUE));
        } catch (InvalidConfigUrlException e) {
            return List.of(name, namespace, "", "", "");
        }
    }

    static String scaleSetName(EphemeralRunnerSet set) {
        return Labels.get(set, Labels.SCALE_SET_NAME);
    }

    /** Not taken from the label, which would allow a user to overwrite the series of another namespace. */
    static String scaleSetNamespace(EphemeralRunnerSet set) {
        return set.getMetadata().getNamespace();
    }
}

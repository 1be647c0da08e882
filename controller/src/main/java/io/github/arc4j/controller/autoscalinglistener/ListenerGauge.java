package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.runtime.cache.Request;
import io.github.arc4j.controller.runtime.metrics.ObjectGauges;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.List;

/** {@code gha_controller_running_listeners}: 1 for each listener that runs, 0 for one that does not. */
final class ListenerGauge {
    private final ObjectGauges gauge;

    ListenerGauge(CollectorRegistry registry) {
        gauge = new ObjectGauges(
                Gauge.build("gha_controller_running_listeners", "Number of listeners in a running state.")
                        .labelNames("name", "namespace", "repository", "organization", "enterprise")
                        .register(registry));
    }

    void set(AutoscalingListener listener, boolean running) {
        gauge.set(Request.of(listener), labels(listener), running ? 1 : 0);
    }

    void remove(Request listener) {
        gauge.remove(listener);
    }

    private static List<String> labels(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        String namespace = listener.getMetadata().getNamespace();
        try {
            ConfigUrl url = ConfigUrl.parse(listener.getSpec().githubConfigUrl());
            return List.of(name, namespace, url.repository(), url.organization(), url.enterprise());
        } catch (InvalidConfigUrlException e) {
            return List.of(name, namespace, "", "", "");
        }
    }
}

package io.github.arc4j.controller.autoscalinglistener;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.InvalidConfigUrlException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;

/** {@code gha_controller_running_listeners}: 1 for each listener that runs, 0 for one that does not. */
final class ListenerGauge {
    private final Gauge gauge;

    ListenerGauge(CollectorRegistry registry) {
        gauge = Gauge.build("gha_controller_running_listeners", "Number of listeners in a running state.")
                .labelNames("name", "namespace", "repository", "organization", "enterprise")
                .register(registry);
    }

    void set(AutoscalingListener listener, boolean running) {
        gauge.labels(labels(listener)).set(running ? 1 : 0);
    }

    void remove(AutoscalingListener listener) {
        gauge.remove(labels(listener));
    }

    private static String[] labels(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        String namespace = listener.getMetadata().getNamespace();
        try {
            ConfigUrl url = ConfigUrl.parse(listener.getSpec().githubConfigUrl());
            return new String[] {name, namespace, url.repository(), url.organization(), url.enterprise()};
        } catch (InvalidConfigUrlException e) {
            return new String[] {name, namespace, "", "", ""};
        }
    }
}

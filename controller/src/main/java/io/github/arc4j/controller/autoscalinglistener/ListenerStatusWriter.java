package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.api.v1alpha1.ListenerSession;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.metrics.ObjectGauges;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reports whether a listener is running: conditions and Events for users, a gauge for dashboards. */
final class ListenerStatusWriter {
    private final ResourceClient<AutoscalingListener> listeners;
    private final SharedListeners shared;
    private final ObjectGauges gauge;
    private final SharedModeSuggestion suggestion;
    private final ConditionEvents events;
    private final Clock clock;

    ListenerStatusWriter(
            ResourceClient<AutoscalingListener> listeners,
            SharedListeners shared,
            CollectorRegistry metrics,
            SharedModeSuggestion suggestion,
            ConditionEvents events,
            Clock clock) {
        this.listeners = listeners;
        this.shared = shared;
        this.gauge = new ObjectGauges(
                Gauge.build("gha_controller_running_listeners", "Number of listeners in a running state.")
                        .labelNames("name", "namespace", "repository", "organization", "enterprise")
                        .register(metrics));
        this.suggestion = suggestion;
        this.events = events;
        this.clock = clock;
    }

    /** Reports that the listener matches its spec. */
    AutoscalingListener write(AutoscalingListener listener, Readiness readiness) {
        return write(listener, readiness, Optional.empty());
    }

    /**
     * Reports a problem that keeps the listener from matching its spec; a running listener continues with its previous
     * configuration.
     */
    AutoscalingListener writeProblem(AutoscalingListener listener, Readiness readiness, Health problem) {
        return write(
                listener,
                readiness.health().isOk() ? readiness : new Readiness(readiness.running(), problem),
                Optional.of(problem));
    }

    /** Whether the status has reported the listener as not ready for at least {@code time}. */
    boolean isUnreadyFor(AutoscalingListener listener, Duration time) {
        return Conditions.since(conditions(listener), Conditions.READY, false)
                .filter(since -> !since.plus(time).isAfter(clock.instant()))
                .isPresent();
    }

    /** Forgets a deleted listener. */
    void remove(Request listener) {
        gauge.remove(listener);
        suggestion.observe(listener, false);
    }

    private AutoscalingListener write(AutoscalingListener listener, Readiness readiness, Optional<Health> problem) {
        gauge.set(Request.of(listener), gaugeLabels(listener), readiness.running() ? 1 : 0);
        suggestion.observe(Request.of(listener), readiness.running());
        AutoscalingListenerStatus current = listener.statusOrEmpty();
        List<Condition> conditions = new ConditionList(listener, current.conditions(), clock.instant())
                .set(Conditions.READY, readiness.health())
                .degraded(problem)
                .setOrRemove(Conditions.LISTENER_SHARED, shared.whyDedicated(listener))
                .list();
        ListenerSession session = SharedListeners.isHosted(listener) ? current.session() : null;
        AutoscalingListener patched = listeners.patchStatus(
                listener,
                listener.getStatus(),
                new AutoscalingListenerStatus(conditions, listener.getMetadata().getGeneration(), session));
        if (patched != listener) {
            events.changed(listener, current.conditions(), conditions);
        }
        return patched;
    }

    private static List<String> gaugeLabels(AutoscalingListener listener) {
        String name = listener.getMetadata().getName();
        String namespace = listener.getMetadata().getNamespace();
        try {
            ConfigUrl url = ConfigUrl.parse(listener.getSpec().githubConfigUrl());
            return List.of(name, namespace, url.repository(), url.organization(), url.enterprise());
        } catch (InvalidConfigUrlException e) {
            return List.of(name, namespace, "", "", "");
        }
    }

    static List<Condition> conditions(AutoscalingListener listener) {
        return listener.statusOrEmpty().conditions();
    }
}

package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whether a listener is running: a condition for people, a gauge for dashboards. */
final class ListenerStatusWriter {
    private static final String DEGRADED = "Degraded";

    private final ResourceClient<AutoscalingListener> listeners;
    private final ListenerGauge gauge;
    private final Clock clock;

    ListenerStatusWriter(ResourceClient<AutoscalingListener> listeners, ListenerGauge gauge, Clock clock) {
        this.listeners = listeners;
        this.gauge = gauge;
        this.clock = clock;
    }

    /** All is as wanted, so that only the pod decides. */
    AutoscalingListener write(AutoscalingListener listener, @Nullable Pod pod) {
        return write(listener, readiness(listener, pod), null);
    }

    /** Something keeps the listener from being as wanted; one that runs goes on with what it has. */
    AutoscalingListener writeProblem(AutoscalingListener listener, @Nullable Pod pod, String reason, String message) {
        Verdict ready = readiness(listener, pod);
        Verdict problem = new Verdict(true, reason, message);
        return write(listener, ready.value() ? ready : new Verdict(false, reason, message), problem);
    }

    /** The listener's process has ended. */
    AutoscalingListener writeEnd(AutoscalingListener listener, String message) {
        gauge.set(listener, false);
        return write(listener, new Verdict(false, "ListenerEnded", message), null);
    }

    void forget(AutoscalingListener listener) {
        gauge.remove(listener);
    }

    private record Verdict(boolean value, String reason, String message) {}

    private Verdict readiness(AutoscalingListener listener, @Nullable Pod pod) {
        Optional<PodStatus> podStatus = Optional.ofNullable(pod).map(Pod::getStatus);
        Optional<ContainerStatus> container = podStatus.flatMap(ListenerPodEnd::container);
        Optional<ContainerState> state = container.map(ContainerStatus::getState);
        boolean running = state.map(ContainerState::getRunning).isPresent();
        gauge.set(listener, running);
        if (running && container.map(ContainerStatus::getReady).orElse(false)) {
            return new Verdict(true, "Listening", "the listener waits for jobs");
        }
        if (running) {
            return new Verdict(false, "NotReady", "the listener runs, but has no session with GitHub");
        }
        return state.map(ContainerState::getWaiting)
                .flatMap(waiting -> notReady(waiting.getReason(), waiting.getMessage()))
                .or(() -> podStatus.flatMap(ListenerStatusWriter::unscheduled))
                .orElseGet(() -> new Verdict(false, "ListenerStarting", "the listener's pod is starting"));
    }

    private static Optional<Verdict> unscheduled(PodStatus pod) {
        return pod.getConditions().stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .findFirst()
                .flatMap(condition -> notReady(condition.getReason(), condition.getMessage()));
    }

    private static Optional<Verdict> notReady(@Nullable String reason, @Nullable String message) {
        return message == null
                ? Optional.empty()
                : Optional.of(new Verdict(false, Objects.requireNonNullElse(reason, "ListenerStarting"), message));
    }

    private AutoscalingListener write(AutoscalingListener listener, Verdict ready, @Nullable Verdict problem) {
        AutoscalingListenerStatus current =
                listener.getStatus() == null ? AutoscalingListenerStatus.EMPTY : listener.getStatus();
        List<Condition> conditions = with(listener, current.conditions(), Conditions.READY, ready);
        if (problem != null) {
            conditions = with(listener, conditions, DEGRADED, problem);
        } else if (Conditions.isTrue(conditions, DEGRADED)) {
            conditions = with(listener, conditions, DEGRADED, new Verdict(false, "AsWanted", ""));
        }
        return listeners.patchStatus(
                listener,
                listener.getStatus(),
                new AutoscalingListenerStatus(conditions, listener.getMetadata().getGeneration()));
    }

    private List<Condition> with(
            AutoscalingListener listener, @Nullable List<Condition> conditions, String type, Verdict value) {
        return Conditions.with(
                conditions,
                type,
                value.value(),
                value.reason(),
                value.message(),
                listener.getMetadata().getGeneration(),
                clock.instant());
    }
}

package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerStatus;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.kube.ResourceClient;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells whether a listener is running: a condition for people, a gauge for dashboards. */
final class ListenerStatusWriter {
    private final ResourceClient<AutoscalingListener> listeners;
    private final ListenerGauge gauge;
    private final Clock clock;

    ListenerStatusWriter(ResourceClient<AutoscalingListener> listeners, ListenerGauge gauge, Clock clock) {
        this.listeners = listeners;
        this.gauge = gauge;
        this.clock = clock;
    }

    AutoscalingListener write(AutoscalingListener listener, @Nullable Pod pod) {
        Optional<ContainerStatus> container =
                Optional.ofNullable(pod).map(Pod::getStatus).flatMap(ListenerPodEnd::container);
        boolean running = container
                .map(ContainerStatus::getState)
                .map(ContainerState::getRunning)
                .isPresent();
        gauge.set(listener, running);
        if (running && container.map(ContainerStatus::getReady).orElse(false)) {
            return write(listener, true, "Listening", "the listener waits for jobs");
        }
        Optional<ContainerStateWaiting> waiting =
                container.map(ContainerStatus::getState).map(ContainerState::getWaiting);
        if (waiting.isPresent() && waiting.get().getMessage() != null) {
            return write(
                    listener,
                    false,
                    Objects.requireNonNullElse(waiting.get().getReason(), "ListenerStarting"),
                    waiting.get().getMessage());
        }
        return running
                ? write(listener, false, "NotReady", "the listener runs, but has no session with GitHub")
                : write(listener, false, "ListenerStarting", "the listener's pod is starting");
    }

    AutoscalingListener writeProblem(AutoscalingListener listener, String reason, String message) {
        gauge.set(listener, false);
        return write(listener, false, reason, message);
    }

    void forget(AutoscalingListener listener) {
        gauge.remove(listener);
    }

    private AutoscalingListener write(AutoscalingListener listener, boolean ready, String reason, String message) {
        AutoscalingListenerStatus current =
                listener.getStatus() == null ? AutoscalingListenerStatus.EMPTY : listener.getStatus();
        Long generation = listener.getMetadata().getGeneration();
        return listeners.patchStatus(
                listener,
                listener.getStatus(),
                new AutoscalingListenerStatus(
                        Conditions.with(
                                current.conditions(),
                                Conditions.READY,
                                ready,
                                reason,
                                message,
                                generation,
                                clock.instant()),
                        generation));
    }
}

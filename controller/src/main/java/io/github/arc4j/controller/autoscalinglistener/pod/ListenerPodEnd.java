package io.github.arc4j.controller.autoscalinglistener.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.RestrictedListenerTemplate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Determines whether a listener's pod has ended, and why. */
public final class ListenerPodEnd {
    private ListenerPodEnd() {}

    /** Describes how the pod ended; null while it is running. Sidecars do not count. */
    static @Nullable String of(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return null;
        }
        Optional<ContainerStateTerminated> terminated =
                container(status).map(ContainerStatus::getState).map(ContainerState::getTerminated);
        if (terminated.isPresent()) {
            String message = Objects.requireNonNullElse(terminated.get().getMessage(), "")
                    .strip();
            return "the listener exited with code %d%s%s"
                    .formatted(terminated.get().getExitCode(), message.isEmpty() ? "" : ": ", message);
        }
        if ("Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase())) {
            return "the listener's pod ended: %s %s"
                    .formatted(
                            Objects.requireNonNullElse(status.getReason(), status.getPhase()),
                            Objects.requireNonNullElse(status.getMessage(), ""));
        }
        return null;
    }

    public static Optional<ContainerStatus> container(PodStatus status) {
        return status.getContainerStatuses().stream()
                .filter(container -> RestrictedListenerTemplate.CONTAINER.equals(container.getName()))
                .findFirst();
    }
}

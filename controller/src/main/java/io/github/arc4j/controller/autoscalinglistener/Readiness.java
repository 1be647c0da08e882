package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a listener waits for jobs.
 *
 * @param running whether its process runs
 * @param ready whether it has a session with GitHub
 * @param reason of the condition
 * @param message for people
 */
record Readiness(boolean running, boolean ready, String reason, String message) {
    static final String LISTENING = "Listening";
    private static final String NOT_READY = "NotReady";
    static final String STARTING = "ListenerStarting";

    /**
     * By the pod of its own that a listener has; null if there is none.
     *
     * @param inquiry asked if it runs and is not ready
     */
    static Readiness of(@Nullable Pod pod, ListenerInquiry inquiry) {
        Readiness seen = of(pod);
        return pod == null || !seen.reason().equals(NOT_READY)
                ? seen
                : inquiry.whyNotReady(pod).map(Readiness::waiting).orElse(seen);
    }

    private static Readiness waiting(String problem) {
        return new Readiness(true, false, reason(problem.replaceFirst(":.*", "")), problem);
    }

    /** @param trouble what the listener calls it */
    static String reason(String trouble) {
        return switch (trouble) {
            case "opening" -> STARTING;
            case "conflict", "session_conflict" -> "SessionConflict";
            case "refused" -> "CredentialsRefused";
            case "scale_set_gone" -> "ScaleSetGone";
            case "misconfigured" -> "InvalidListenerConfig";
            default -> NOT_READY;
        };
    }

    private static Readiness of(@Nullable Pod pod) {
        Optional<PodStatus> status = Optional.ofNullable(pod).map(Pod::getStatus);
        Optional<ContainerState> state =
                status.flatMap(ListenerPodEnd::container).map(ContainerStatus::getState);
        if (state.map(ContainerState::getRunning).isPresent()) {
            return ofRunning(status.orElseThrow());
        }
        return state.map(ContainerState::getWaiting)
                .flatMap(waiting -> waiting(waiting.getReason(), waiting.getMessage()))
                .or(() -> status.flatMap(Readiness::unscheduled))
                .orElseGet(() -> new Readiness(false, false, STARTING, "the listener's pod is starting"));
    }

    private static Readiness ofRunning(PodStatus status) {
        // Of a node that is gone, the control plane takes back the pod's condition, but nobody the containers'.
        if (isTrue(status, "ContainersReady") && !isTrue(status, "Ready")) {
            return new Readiness(false, false, "NodeLost", "the node of the listener's pod does not answer");
        }
        boolean ready =
                ListenerPodEnd.container(status).map(ContainerStatus::getReady).orElse(false);
        return ready
                ? new Readiness(true, true, LISTENING, "the listener waits for jobs")
                : new Readiness(true, false, NOT_READY, "the listener runs, but has no session with GitHub");
    }

    /** The listener's process has ended. */
    static Readiness ended(String message) {
        return new Readiness(false, false, "ListenerEnded", message);
    }

    private static boolean isTrue(PodStatus status, String condition) {
        return status.getConditions().stream()
                .anyMatch(found -> condition.equals(found.getType()) && "True".equals(found.getStatus()));
    }

    /** Whether the kubelet, or the control plane in its place, says that a pod is ready. */
    static boolean isReady(Pod pod) {
        return pod.getStatus() != null && isTrue(pod.getStatus(), "Ready");
    }

    private static Optional<Readiness> unscheduled(PodStatus pod) {
        return pod.getConditions().stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .findFirst()
                .flatMap(condition -> waiting(condition.getReason(), condition.getMessage()));
    }

    private static Optional<Readiness> waiting(@Nullable String reason, @Nullable String message) {
        return message == null
                ? Optional.empty()
                : Optional.of(new Readiness(false, false, Objects.requireNonNullElse(reason, STARTING), message));
    }
}

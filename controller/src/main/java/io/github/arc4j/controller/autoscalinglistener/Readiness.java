package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerInquiry;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodRules;
import io.github.arc4j.controller.kube.conditions.Health;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a listener is ready to receive jobs.
 *
 * @param running whether its process runs
 * @param health whether it has a session with GitHub
 */
record Readiness(boolean running, Health health) {
    static final String LISTENING = "Listening";
    private static final String NOT_READY = "NotReady";
    static final String STARTING = "ListenerStarting";

    /**
     * Readiness of a listener with a dedicated pod; null if the pod does not exist.
     *
     * @param inquiry used if the pod is running but not ready
     */
    static Readiness of(@Nullable Pod pod, ListenerInquiry inquiry) {
        Readiness observed = of(pod);
        return pod == null || !observed.health().reason().equals(NOT_READY)
                ? observed
                : inquiry.whyNotReady(pod).map(Readiness::waiting).orElse(observed);
    }

    private static Readiness waiting(String problem) {
        return new Readiness(true, Health.problem(reason(problem.replaceFirst(":.*", "")), problem));
    }

    /** @param problem the listener's name for the problem */
    static String reason(String problem) {
        return switch (problem) {
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
                status.flatMap(ListenerPodRules::container).map(ContainerStatus::getState);
        if (state.map(ContainerState::getRunning).isPresent()) {
            return ofRunning(status.orElseThrow());
        }
        return state.map(ContainerState::getWaiting)
                .flatMap(waiting -> waiting(waiting.getReason(), waiting.getMessage()))
                .or(() -> status.flatMap(Readiness::unscheduled))
                .orElseGet(() -> new Readiness(false, Health.problem(STARTING, "the listener's pod is starting")));
    }

    private static Readiness ofRunning(PodStatus status) {
        // When a node is lost, the control plane updates the pod's Ready condition, but not the containers' status.
        if (isTrue(status, "ContainersReady") && !isTrue(status, "Ready")) {
            return new Readiness(false, Health.problem("NodeLost", "the node of the listener's pod does not respond"));
        }
        boolean ready = ListenerPodRules.container(status)
                .map(ContainerStatus::getReady)
                .orElse(false);
        return ready
                ? new Readiness(true, Health.ok(LISTENING, "the listener is waiting for jobs"))
                : new Readiness(
                        true, Health.problem(NOT_READY, "the listener is running, but has no session with GitHub"));
    }

    /** Readiness of a listener whose process has exited. */
    static Readiness ended(String message) {
        return new Readiness(false, Health.problem("ListenerEnded", message));
    }

    private static boolean isTrue(PodStatus status, String condition) {
        return status.getConditions().stream()
                .anyMatch(found -> condition.equals(found.getType()) && "True".equals(found.getStatus()));
    }

    /** Whether the kubelet reports the pod as ready, and the control plane has not marked it unready. */
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
                : Optional.of(
                        new Readiness(false, Health.problem(Objects.requireNonNullElse(reason, STARTING), message)));
    }
}

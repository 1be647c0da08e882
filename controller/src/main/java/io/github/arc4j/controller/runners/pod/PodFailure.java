package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.runtime.events.MessageText;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes how a pod failed. The kubelet copies the last lines of the runner's log into the container's status,
 * because {@link RunnerPod} sets its {@code terminationMessagePolicy}.
 */
final class PodFailure {
    private static final Set<String> INFRASTRUCTURE = Set.of(
            "Evicted",
            "Preempting",
            "Preempted",
            "NodeLost",
            "NodeShutdown",
            "Shutdown",
            "Terminated",
            "NodeAffinity",
            "UnexpectedAdmissionError",
            "ContainerStatusUnknown");

    /** Leaves space for a prefix: an Event's message has at most 1024 characters. */
    private static final int LONGEST = 980;

    /** The kubelet's description of an eviction has about 250 characters. */
    private static final int LONGEST_POD_MESSAGE = 320;

    private static final int LONGEST_REASON = 64;

    /** The API server does not check names in the status. */
    private static final int LONGEST_NAME = 63;

    /** A container that exited with an error. */
    private record Exit(String container, ContainerStateTerminated state) {
        String reason() {
            return PodFailure.reason(state.getReason());
        }

        @Override
        public String toString() {
            return container + " exited with code " + state.getExitCode() + inParentheses(reason());
        }
    }

    private PodFailure() {}

    static PodState.Failed of(Pod pod) {
        PodStatus status = pod.getStatus();
        Optional<Exit> exit = exit(pod);
        String podReason = reason(status.getReason());
        String reason = podReason.isEmpty() ? exit.map(Exit::reason).orElse("") : podReason;
        return new PodState.Failed(
                reason.isEmpty() ? "Error" : reason, describe(status, exit), isByInfrastructure(status, reason));
    }

    /** The runner's exit; otherwise that of the container that probably prevented its start. */
    private static Optional<Exit> exit(Pod pod) {
        Stream<Exit> runner = pod.getStatus().getContainerStatuses().stream()
                .filter(PodFailure::isRunner)
                .flatMap(status -> exit("the runner", status));
        Stream<Exit> init =
                PodState.initContainers(pod).flatMap(status -> exit("init container " + name(status), status));
        Stream<Exit> others = pod.getStatus().getContainerStatuses().stream()
                .filter(status -> !isRunner(status))
                .flatMap(status -> exit("container " + name(status), status));
        return Stream.of(runner, init, others).flatMap(exits -> exits).findFirst();
    }

    private static boolean isRunner(ContainerStatus status) {
        return EphemeralRunnerSpec.RUNNER_CONTAINER.equals(status.getName());
    }

    private static Stream<Exit> exit(String container, ContainerStatus status) {
        return Optional.ofNullable(status.getState()).map(ContainerState::getTerminated).stream()
                .filter(state -> !Objects.equals(state.getExitCode(), 0))
                .map(state -> new Exit(container, state));
    }

    private static boolean isByInfrastructure(PodStatus status, String reason) {
        return reason.startsWith("OutOf")
                || INFRASTRUCTURE.contains(reason)
                || status.getConditions().stream()
                        .anyMatch(condition ->
                                "DisruptionTarget".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static String describe(PodStatus status, Optional<Exit> exit) {
        String ofPod = "the pod failed" + inParentheses(reason(status.getReason())) + afterColon(podMessage(status));
        if (exit.isEmpty()) {
            return ofPod;
        }
        boolean isPodDescribed =
                !text(status.getReason()).isEmpty() || !podMessage(status).isEmpty();
        String description = (isPodDescribed ? ofPod + "; " : "") + exit.get();
        String log = text(exit.get().state().getMessage());
        return description + afterColon(MessageText.lastLines(log, LONGEST - description.length()));
    }

    private static String name(ContainerStatus status) {
        return MessageText.of(text(status.getName()), LONGEST_NAME);
    }

    private static String reason(@Nullable String reason) {
        return MessageText.of(text(reason), LONGEST_REASON);
    }

    private static String podMessage(PodStatus status) {
        return MessageText.of(text(status.getMessage()), LONGEST_POD_MESSAGE);
    }

    private static String inParentheses(String text) {
        return text.isEmpty() ? "" : " (" + text + ")";
    }

    private static String afterColon(String text) {
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}

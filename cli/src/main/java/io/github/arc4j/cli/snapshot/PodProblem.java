package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod does not run.
 *
 * @param stage how far the pod got
 * @param reason the reason of Kubernetes, such as {@code Unschedulable}, {@code ErrImagePull} or {@code OOMKilled}
 * @param message for people
 */
public record PodProblem(Stage stage, String reason, String message) {
    private static final Set<String> IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");

    private static final Set<String> CREATING = Set.of("ContainerCreating", "PodInitializing");
    private static final Set<String> NODE_EVENTS =
            Set.of("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NodeNotReady");

    /** The stages of a pod's start, in order. */
    public enum Stage {
        SCHEDULING,
        IMAGE,
        CONTAINERS,
        /** The containers have started. */
        RUN
    }

    public static Optional<PodProblem> of(Pod pod, Snapshot snapshot) {
        ObjectMeta metadata = pod.getMetadata();
        return of(pod, snapshot.eventsOf(metadata.getNamespace(), Set.of("Pod"), metadata.getName()));
    }

    /**
     * Finds the problem of a pod.
     *
     * @param events Events of the pod, the oldest one first; they explain more than the status
     */
    public static Optional<PodProblem> of(Pod pod, List<Event> events) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        return Stream.<Optional<PodProblem>>of(
                        ofWholePod(status),
                        scheduling(status, events),
                        containers(status)
                                .flatMap(container -> waiting(container, events).stream())
                                .findFirst(),
                        node(status, events),
                        terminated(status.getInitContainerStatuses(), "the init container ", Stage.CONTAINERS),
                        terminated(status.getContainerStatuses(), "the container ", Stage.RUN))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** All containers of a pod, the init containers first. */
    public static Stream<ContainerStatus> containers(PodStatus status) {
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    }

    /** Such as {@code Evicted}. */
    private static Optional<PodProblem> ofWholePod(PodStatus status) {
        boolean hasFailed = "Failed".equals(status.getPhase())
                && status.getReason() != null
                && !status.getReason().isEmpty();
        return hasFailed
                ? Optional.of(new PodProblem(Stage.RUN, status.getReason(), text(status.getMessage())))
                : Optional.empty();
    }

    private static Optional<PodProblem> scheduling(PodStatus status, List<Event> events) {
        return status.getConditions().stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .findFirst()
                .map(condition -> new PodProblem(
                        Stage.SCHEDULING,
                        Objects.requireNonNullElse(condition.getReason(), "Unschedulable"),
                        text(condition.getMessage()).isEmpty()
                                ? message(events, "FailedScheduling").orElse("no node accepts the pod")
                                : text(condition.getMessage())));
    }

    private static Optional<PodProblem> waiting(ContainerStatus container, List<Event> events) {
        ContainerStateWaiting waiting =
                container.getState() == null ? null : container.getState().getWaiting();
        String reason = waiting == null ? "" : text(waiting.getReason());
        if (waiting == null || reason.isEmpty() || CREATING.contains(reason)) {
            return Optional.empty();
        }
        if (IMAGE.contains(reason)) {
            String message = events.stream()
                    .filter(event -> "Failed".equals(event.getReason())
                            && text(event.getMessage()).startsWith("Failed to pull image"))
                    .reduce((first, last) -> last)
                    .map(event -> text(event.getMessage()))
                    .orElse("image %s: %s".formatted(container.getImage(), text(waiting.getMessage())));
            return Optional.of(new PodProblem(Stage.IMAGE, reason, message));
        }
        ContainerStateTerminated last = container.getLastState() == null
                ? null
                : container.getLastState().getTerminated();
        return Optional.of(
                last == null || last.getExitCode() == null || last.getExitCode() == 0
                        ? new PodProblem(Stage.CONTAINERS, reason, text(waiting.getMessage()))
                        : ended(container, last, "the container ", Stage.CONTAINERS));
    }

    /** What the node reports while all containers are being created. */
    private static Optional<PodProblem> node(PodStatus status, List<Event> events) {
        boolean isCreating = containers(status).anyMatch(PodProblem::isCreating);
        return events.stream()
                .filter(event -> isCreating && NODE_EVENTS.contains(event.getReason()))
                .reduce((first, last) -> last)
                .map(event -> new PodProblem(Stage.CONTAINERS, event.getReason(), text(event.getMessage())));
    }

    private static boolean isCreating(ContainerStatus container) {
        ContainerState state = container.getState();
        return state != null
                && state.getWaiting() != null
                && CREATING.contains(text(state.getWaiting().getReason()));
    }

    private static Optional<PodProblem> terminated(List<ContainerStatus> containers, String kind, Stage stage) {
        return containers.stream()
                .filter(container ->
                        container.getState() != null && container.getState().getTerminated() != null)
                .filter(container -> container.getState().getTerminated().getExitCode() != 0)
                .findFirst()
                .map(container -> ended(container, container.getState().getTerminated(), kind, stage));
    }

    private static PodProblem ended(ContainerStatus container, ContainerStateTerminated end, String kind, Stage stage) {
        String reason = text(end.getReason()).isEmpty() ? "Error" : text(end.getReason());
        String log = text(end.getMessage()).strip();
        return new PodProblem(
                stage,
                reason,
                "%s%s ended with exit code %d (%s)%s"
                        .formatted(
                                kind, container.getName(), end.getExitCode(), reason, log.isEmpty() ? "" : ": " + log));
    }

    private static Optional<String> message(List<Event> events, String reason) {
        return events.stream()
                .filter(event -> reason.equals(event.getReason()))
                .reduce((first, last) -> last)
                .map(event -> text(event.getMessage()));
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}

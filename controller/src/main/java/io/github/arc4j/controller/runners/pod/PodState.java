package io.github.arc4j.controller.runners.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a runner, derived from its pod. Derived several times in each reconcile of the runner, so by loops:
 * streams took 1 % of the controller's CPU time in a burst.
 */
public sealed interface PodState {
    /** The runner has not started; its pod waits for a node, an image or an init container. */
    record Starting() implements PodState {}

    /**
     * The runner cannot start at present; Kubernetes keeps retrying.
     *
     * @param reason {@code ImagePullFailed}, {@code Unschedulable}, or the kubelet's reason
     */
    record Stuck(String reason, String message) implements PodState {}

    /** @param startedAt start time by the node's clock, if the node reported it */
    record Running(boolean ready, @Nullable String startedAt) implements PodState {
        /** The start time, which few callers need, while parsing it would be half of the costs of a state. */
        public Optional<Instant> since() {
            return Optional.ofNullable(startedAt).map(Instant::parse);
        }
    }

    /** The runner exited with code 0: its job finished, or it was asked to stop. */
    record Succeeded() implements PodState {}

    /**
     * The pod ended without success.
     *
     * @param message complete description with the exit code, the reason and the last lines of the runner's log
     * @param byInfrastructure whether the pod was evicted, preempted or rejected by its node, so that the runner did
     *     not cause the failure
     */
    record Failed(String reason, String message, boolean byInfrastructure) implements PodState {}

    /** The pod was active for longer than its {@code activeDeadlineSeconds}. */
    record DeadlineExceeded() implements PodState {}

    /** GitHub no longer accepts this version of the runner; or a job has made it exit with the same code. */
    record Outdated(Failed exit) implements PodState {}

    /** The kubelet's reason for a missing Secret or ConfigMap. */
    String CONFIG_ERROR = "CreateContainerConfigError";

    /** Whether the runner has ended and cannot run again in this pod. */
    default boolean isEnd() {
        return switch (this) {
            case Succeeded succeeded -> true;
            case Failed failed -> true;
            case DeadlineExceeded exceeded -> true;
            case Outdated outdated -> true;
            case Starting starting -> false;
            case Stuck stuck -> false;
            case Running running -> false;
        };
    }

    /** How long a pod may take to terminate after its grace period. */
    Duration TERMINATION_TIMEOUT = Duration.ofMinutes(1);

    /** The runner's exit code for a deprecated version. */
    int EXIT_CODE_DEPRECATED = 7;

    Set<String> NORMAL_WAITING = Set.of("ContainerCreating", "PodInitializing");
    Set<String> IMAGE_WAITING = Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

    static PodState of(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return new Starting();
        }
        Optional<ContainerState> runner = runnerState(pod);
        Optional<ContainerStateTerminated> end = runner.map(ContainerState::getTerminated);
        if (PodDeadline.isExceeded(pod, end.orElse(null))) {
            return new DeadlineExceeded();
        }
        if ("Failed".equals(status.getPhase())) {
            return end.map(terminated -> ended(terminated, pod)).orElseGet(() -> PodFailure.of(pod));
        }
        if (initContainerFailed(pod)) {
            return PodFailure.of(pod);
        }
        if (end.isPresent()) {
            return ended(end.get(), pod);
        }
        Optional<ContainerStateRunning> running = runner.map(ContainerState::getRunning);
        if (running.isPresent()) {
            return new Running(isReady(status), running.get().getStartedAt());
        }
        return waiting(status);
    }

    /**
     * When a pod that is being deleted counts as lost, because its node should have terminated it.
     *
     * @return empty if the pod is not being deleted
     */
    static Optional<Instant> lostAt(Pod pod) {
        // Kubernetes sets the deletion timestamp to the end of the grace period.
        return Optional.ofNullable(pod.getMetadata().getDeletionTimestamp())
                .map(end -> Instant.parse(end).plus(TERMINATION_TIMEOUT));
    }

    /** Whether the phase of the pod says that all its containers have ended. */
    static boolean hasEndedPhase(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** Whether the runner may run a job, now or later: its pod has neither ended nor been lost with its node. */
    static boolean mayRun(Pod pod, Instant now) {
        boolean isLost = lostAt(pod).filter(time -> time.isBefore(now)).isPresent();
        return !isLost && !of(pod).isEnd();
    }

    /**
     * When the node last made progress in starting the pod: it accepted the pod, an init container ended, or a
     * container started.
     *
     * @return empty while the pod waits for a node or an init container is running, which has no time limit
     */
    static Optional<Instant> lastProgress(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null
                || status.getConditions().stream().noneMatch(PodState::isScheduled)
                || initContainers(pod)
                        .map(ContainerStatus::getState)
                        .anyMatch(init -> init != null && init.getRunning() != null)) {
            return Optional.empty();
        }
        Stream<String> conditions = status.getConditions().stream()
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(PodCondition::getLastTransitionTime);
        Stream<String> containers = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .map(PodState::lastChange);
        return Stream.concat(conditions, containers)
                .filter(Objects::nonNull)
                .map(Instant::parse)
                .max(Comparator.naturalOrder());
    }

    /** The state of the runner's container; empty if the node has not reported it. */
    static Optional<ContainerState> runnerState(Pod pod) {
        if (pod.getStatus() != null) {
            for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
                if (EphemeralRunnerSpec.RUNNER_CONTAINER.equals(container.getName())) {
                    return Optional.ofNullable(container.getState());
                }
            }
        }
        return Optional.empty();
    }

    /** When the runner's container ended, by the node's clock; empty if the node has not reported it. */
    static Optional<Instant> endTime(Pod pod) {
        return runnerState(pod)
                .map(ContainerState::getTerminated)
                .map(ContainerStateTerminated::getFinishedAt)
                .map(Instant::parse);
    }

    private static boolean isScheduled(PodCondition condition) {
        return "PodScheduled".equals(condition.getType()) && "True".equals(condition.getStatus());
    }

    private static @Nullable String lastChange(ContainerState state) {
        if (state.getTerminated() != null) {
            return state.getTerminated().getFinishedAt();
        }
        return state.getRunning() == null ? null : state.getRunning().getStartedAt();
    }

    private static PodState ended(ContainerStateTerminated end, Pod pod) {
        return switch (Objects.requireNonNullElse(end.getExitCode(), -1)) {
            case 0 -> new Succeeded();
            case EXIT_CODE_DEPRECATED -> new Outdated(PodFailure.of(pod));
            default -> PodFailure.of(pod);
        };
    }

    private static boolean initContainerFailed(Pod pod) {
        return !pod.getStatus().getInitContainerStatuses().isEmpty()
                && initContainers(pod)
                        .map(ContainerStatus::getState)
                        .filter(Objects::nonNull)
                        .map(ContainerState::getTerminated)
                        .filter(Objects::nonNull)
                        .anyMatch(terminated -> !Objects.equals(terminated.getExitCode(), 0));
    }

    /** The init containers that must end before the runner starts; those that always restart are sidecars. */
    static Stream<ContainerStatus> initContainers(Pod pod) {
        List<String> sidecars = pod.getSpec().getInitContainers().stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()))
                .map(Container::getName)
                .toList();
        return pod.getStatus().getInitContainerStatuses().stream()
                .filter(status -> !sidecars.contains(status.getName()));
    }

    private static boolean isReady(PodStatus status) {
        return status.getConditions().stream()
                .filter(condition -> "Ready".equals(condition.getType()))
                .max(Comparator.comparing(
                        PodCondition::getLastTransitionTime, Comparator.nullsFirst(Comparator.naturalOrder())))
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static PodState waiting(PodStatus status) {
        for (List<ContainerStatus> containers :
                List.of(status.getInitContainerStatuses(), status.getContainerStatuses())) {
            for (ContainerStatus container : containers) {
                ContainerState state = container.getState();
                ContainerStateWaiting waiting = state == null ? null : state.getWaiting();
                if (waiting != null && waiting.getReason() != null && !NORMAL_WAITING.contains(waiting.getReason())) {
                    return stuck(waiting);
                }
            }
        }
        for (PodCondition condition : status.getConditions()) {
            if (isUnschedulable(condition)) {
                return new Stuck("Unschedulable", Objects.requireNonNullElse(condition.getMessage(), ""));
            }
        }
        return new Starting();
    }

    /**
     * The kubelet alternates between reasons while it retries an image pull; a single reason keeps the status stable.
     */
    private static Stuck stuck(ContainerStateWaiting waiting) {
        String reason = IMAGE_WAITING.contains(waiting.getReason()) ? "ImagePullFailed" : waiting.getReason();
        return new Stuck(reason, Objects.requireNonNullElse(waiting.getMessage(), waiting.getReason()));
    }

    private static boolean isUnschedulable(PodCondition condition) {
        return "PodScheduled".equals(condition.getType())
                && "False".equals(condition.getStatus())
                && "Unschedulable".equals(condition.getReason());
    }
}

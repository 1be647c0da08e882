package io.github.arc4j.cli.snapshot;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Times and places of pods. */
public final class Pods {
    private Pods() {}

    /** The name of the pod's node; empty if it has none. */
    public static String node(Pod pod) {
        return pod.getSpec() == null
                ? ""
                : Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    /** When a condition of the pod became true. */
    public static Optional<Instant> since(Pod pod, String condition) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(found -> condition.equals(found.getType()) && "True".equals(found.getStatus()))
                        .map(PodCondition::getLastTransitionTime)
                        .findFirst()
                        .flatMap(Times::parse);
    }

    /** When the runner's container started. */
    public static Optional<Instant> started(Pod pod) {
        return state(pod)
                .flatMap(state -> state.getRunning() != null
                        ? Times.parse(state.getRunning().getStartedAt())
                        : Optional.ofNullable(state.getTerminated()).flatMap(end -> Times.parse(end.getStartedAt())));
    }

    /** When the runner's container ended. */
    public static Optional<Instant> ended(Pod pod) {
        return state(pod)
                .flatMap(state -> Optional.ofNullable(state.getTerminated()))
                .flatMap(end -> Times.parse(end.getFinishedAt()));
    }

    private static Optional<ContainerState> state(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(container -> EphemeralRunnerSpec.RUNNER_CONTAINER.equals(container.getName()))
                        .findFirst()
                        .map(ContainerStatus::getState);
    }
}

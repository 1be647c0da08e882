package io.github.arc4j.controller.autoscalinglistener.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.RestrictedListenerTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a listener's dedicated pod is created, kept, deleted or recreated. Pure functions; {@code
 * ListenerPods} carries out the verdicts.
 *
 * <table>
 * <caption>When a listener's pod is deleted</caption>
 * <tr><th>When</th><th>Reason</th><th>What happens</th></tr>
 * <tr><td>The listener's process exited, or its pod failed or was evicted</td><td>ListenerEnded</td>
 *     <td>recreated, after a delay if an earlier pod ended as well</td></tr>
 * <tr><td>The desired pod changed: a different template, image or configuration of the listener (limits, URL, proxy, metrics), or a different GitHub credential, certificate or proxy password</td><td>ListenerRenewed</td>
 *     <td>recreated</td></tr>
 * <tr><td>A pod is being deleted with a grace period of more than 60 seconds</td><td></td>
 *     <td>deleted again with 60 seconds, then as below</td></tr>
 * <tr><td>A pod that is being deleted still exists 30 seconds after its grace period</td>
 *     <td>PodStuckTerminating</td><td>deleted without waiting for its node, then as above</td></tr>
 * <tr><td>Shared mode: the listener moves to a shared listener</td><td></td><td>deleted</td></tr>
 * <tr><td>The operator does not allow the listenerTemplate</td><td>ListenerTemplateRefused</td>
 *     <td>deleted</td></tr>
 * <tr><td>The AutoscalingListener is being deleted</td><td></td><td>deleted</td></tr>
 * </table>
 */
public final class ListenerPodRules {
    /**
     * A pod that still exists this long after its grace period is on a node that cannot terminate it. If its listener
     * is still running, it holds the session, and the next listener waits until the session is free.
     */
    static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(30);

    private ListenerPodRules() {}

    /** What to do about a listener's pod. */
    public sealed interface Verdict {
        /** Nothing: the pod matches the desired one, or there is none and should be none. */
        record Keep() implements Verdict {}

        /** Create the pod as soon as the backoff allows. */
        record Create(Pod desired) implements Verdict {}

        /** Report how the listener ended, count the end for the backoff, and delete the pod to recreate it. */
        record RecreateEnded(Pod pod, String end) implements Verdict {}

        /** Delete the pod to recreate it as desired. */
        record RecreateChanged(Pod pod) implements Verdict {}

        /** Delete the pod without recreating it. */
        record Delete(Pod pod) implements Verdict {}

        /** Delete the pod again, because it is being deleted with too long a grace period. */
        record ShortenDeletion(Pod pod) implements Verdict {}

        /** The pod is being deleted; wait for its end. */
        record AwaitEnd(Duration timeout) implements Verdict {}

        /** The pod's node does not terminate it; delete it without waiting for the node. */
        record DeleteNow(Pod pod) implements Verdict {}
    }

    /**
     * Decides what to do.
     *
     * @param pod the existing pod; null if there is none
     * @param desired the desired pod; null if there should be none
     */
    public static Verdict decide(@Nullable Pod pod, @Nullable Pod desired, Instant now) {
        if (pod == null) {
            return desired == null ? new Verdict.Keep() : new Verdict.Create(desired);
        }
        if (pod.isMarkedForDeletion()) {
            Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
            return grace != null && grace > RestrictedListenerTemplate.MAX_GRACE_SECONDS
                    ? new Verdict.ShortenDeletion(pod)
                    : awaitEnd(pod, now);
        }
        if (desired == null) {
            return new Verdict.Delete(pod);
        }
        if (!Annotations.get(pod, Annotations.INTEGRITY_HASH)
                .equals(Annotations.get(desired, Annotations.INTEGRITY_HASH))) {
            return new Verdict.RecreateChanged(pod);
        }
        String end = end(pod);
        return end == null ? new Verdict.Keep() : new Verdict.RecreateEnded(pod, end);
    }

    /** Describes how the pod ended; null while it is running. Sidecars do not count. */
    private static @Nullable String end(Pod pod) {
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

    /** The status of the listener's container. */
    public static Optional<ContainerStatus> container(PodStatus status) {
        return status.getContainerStatuses().stream()
                .filter(container -> RestrictedListenerTemplate.CONTAINER.equals(container.getName()))
                .findFirst();
    }

    /** The grace period with which the pod is deleted: its own, within the limit. */
    public static long graceSeconds(Pod pod) {
        Long own = pod.getSpec().getTerminationGracePeriodSeconds();
        return own == null
                ? RestrictedListenerTemplate.MAX_GRACE_SECONDS
                : Math.min(own, RestrictedListenerTemplate.MAX_GRACE_SECONDS);
    }

    private static Verdict awaitEnd(Pod pod, Instant now) {
        // Kubernetes sets the deletion timestamp to the end of the grace period.
        Instant deadline =
                Instant.parse(pod.getMetadata().getDeletionTimestamp()).plus(TERMINATION_TIMEOUT);
        Duration remaining = Duration.between(now, deadline);
        return remaining.isPositive() ? new Verdict.AwaitEnd(remaining) : new Verdict.DeleteNow(pod);
    }
}

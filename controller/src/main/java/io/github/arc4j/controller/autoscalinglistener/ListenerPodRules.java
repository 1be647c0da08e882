package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rule book of the pod that a listener has for itself: whether it is created, kept, deleted or recreated. Pure
 * functions; {@link ListenerPods} carries out what they decide.
 *
 * <table>
 * <caption>What deletes a listener's pod</caption>
 * <tr><th>When</th><th>Reason</th><th>What happens</th></tr>
 * <tr><td>The listener's process ended, or its pod failed or was evicted</td><td>ListenerEnded</td>
 *     <td>recreated, after a delay if it ended before</td></tr>
 * <tr><td>The pod should be different: another template, image or configuration of the listener (limits, URL, proxy, metrics),
 *     or another GitHub credential, certificate or proxy password</td><td>ListenerRenewed</td>
 *     <td>recreated</td></tr>
 * <tr><td>A pod that is being deleted is still there 30 seconds after its grace period</td>
 *     <td>PodStuckTerminating</td><td>removed without its node, then as above</td></tr>
 * <tr><td>Shared mode: the listener moves to a shared listener</td><td></td><td>deleted</td></tr>
 * <tr><td>The operator does not accept the listenerTemplate</td><td>ListenerTemplateRefused</td>
 *     <td>deleted</td></tr>
 * <tr><td>The AutoscalingListener is being deleted</td><td></td><td>deleted</td></tr>
 * </table>
 */
final class ListenerPodRules {
    /**
     * A pod that still exists this long after its grace period is on a node that cannot end it. If its listener is still
     * running, it holds the session, and the next one waits for that.
     */
    static final Duration TERMINATION_TIMEOUT = Duration.ofSeconds(30);

    private ListenerPodRules() {}

    /** What to do about a listener's pod. */
    sealed interface Verdict {
        /** Nothing: the pod is as it should be, or there is none and should be none. */
        record Keep() implements Verdict {}

        /** Create it as soon as the back-off allows. */
        record Create(Pod desired) implements Verdict {}

        /** Report how the listener ended, count that for the back-off, and delete the pod to create another. */
        record RecreateEnded(Pod pod, String end) implements Verdict {}

        /** Delete the pod to create another that is as it should be. */
        record RecreateChanged(Pod pod) implements Verdict {}

        /** Delete the pod for good. */
        record Delete(Pod pod) implements Verdict {}

        /** The pod is being deleted; wait for its end. */
        record AwaitEnd(Duration timeout) implements Verdict {}

        /** The pod's node does not end it; delete it without waiting for the node. */
        record DeleteNow(Pod pod) implements Verdict {}
    }

    /**
     * Decides what to do.
     *
     * @param pod that exists, null if there is none
     * @param desired how it should be, null if there should be none
     */
    static Verdict decide(@Nullable Pod pod, @Nullable Pod desired, Instant now) {
        if (pod == null) {
            return desired == null ? new Verdict.Keep() : new Verdict.Create(desired);
        }
        if (pod.isMarkedForDeletion()) {
            return awaitEnd(pod, now);
        }
        if (desired == null) {
            return new Verdict.Delete(pod);
        }
        if (!hash(pod).equals(hash(desired))) {
            return new Verdict.RecreateChanged(pod);
        }
        String end = ListenerPodEnd.of(pod);
        return end == null ? new Verdict.Keep() : new Verdict.RecreateEnded(pod, end);
    }

    private static Verdict awaitEnd(Pod pod, Instant now) {
        // Kubernetes writes the time at which the grace period will be over.
        Instant deadline =
                Instant.parse(pod.getMetadata().getDeletionTimestamp()).plus(TERMINATION_TIMEOUT);
        Duration rest = Duration.between(now, deadline);
        return rest.isPositive() ? new Verdict.AwaitEnd(rest) : new Verdict.DeleteNow(pod);
    }

    private static String hash(Pod pod) {
        return pod.getMetadata().getAnnotations() == null
                ? ""
                : pod.getMetadata().getAnnotations().getOrDefault(Annotations.INTEGRITY_HASH, "");
    }
}

package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.runtime.EventRecorder;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The pods of those listeners that have one of their own: made, renewed, and started again with back-off. */
final class ListenerPods {
    /**
     * A pod that is still there so long after its grace period is on a node that cannot end it. Should its listener live
     * on, it holds its session, and the next one waits for that.
     */
    private static final Duration TERMINATION_PATIENCE = Duration.ofSeconds(30);

    private final ResourceClient<Pod> pods;
    private final ListenerPodObject objects;
    private final EventRecorder events;
    private final Clock clock;
    private final RestartBackoff backoff;

    ListenerPods(
            ResourceCache<AutoscalingListener> listeners,
            ResourceClient<Pod> pods,
            ListenerPodObject objects,
            EventRecorder events,
            Clock clock) {
        this.pods = pods;
        this.objects = objects;
        this.events = events;
        this.clock = clock;
        this.backoff = new RestartBackoff(listeners, clock);
    }

    @Nullable Pod get(AutoscalingListener listener) {
        return pods.get(
                listener.getMetadata().getNamespace(), listener.getMetadata().getName());
    }

    /** Goes on when the pod is gone. */
    Step remove(AutoscalingListener listener) {
        Pod pod = get(listener);
        if (pod == null) {
            return Step.next();
        }
        if (!pod.isMarkedForDeletion()) {
            pods.delete(pod);
        }
        return awaitEnd(listener);
    }

    /** A pod of another template or configuration makes room for the one that is wanted. */
    Step renew(AutoscalingListener listener, String secretsHash) {
        Pod pod = get(listener);
        if (pod == null || pod.isMarkedForDeletion() || hash(pod).equals(hash(objects.pod(listener, secretsHash)))) {
            return Step.next();
        }
        events.normal(listener, "ListenerRenewed", "the listener's configuration changed; its pod is made anew");
        pods.delete(pod);
        return awaitEnd(listener);
    }

    /** Makes way for the next pod, which waits longer with each end in a row. */
    Step removeEnded(AutoscalingListener listener, Pod pod) {
        backoff.ended(listener, pod);
        pods.delete(pod);
        return awaitEnd(listener);
    }

    /** Makes the pod unless it is there; waits until that may be. */
    Step start(AutoscalingListener listener, String secretsHash) {
        Pod pod = get(listener);
        if (pod != null) {
            return pod.isMarkedForDeletion() ? awaitEnd(listener) : Step.next();
        }
        Duration rest = backoff.rest(listener);
        if (rest.isPositive()) {
            return Step.after(rest);
        }
        pods.createOrAdopt(objects.pod(listener, secretsHash));
        return Step.next();
    }

    /** Goes on if the pod is gone; its end wakes the listener's key. */
    private Step awaitEnd(AutoscalingListener listener) {
        Pod pod = get(listener);
        if (pod == null) {
            return Step.next();
        }
        // Kubernetes writes the time at which the grace period will be over.
        Instant deadline =
                Instant.parse(pod.getMetadata().getDeletionTimestamp()).plus(TERMINATION_PATIENCE);
        Duration rest = Duration.between(clock.instant(), deadline);
        if (rest.isPositive()) {
            return Step.after(rest);
        }
        events.warning(
                listener,
                "PodStuckTerminating",
                "the listener's pod was to end, but its node %s does not end it; it is removed"
                        .formatted(pod.getSpec().getNodeName()));
        pods.deleteNow(pod);
        return get(listener) == null ? Step.next() : Step.done();
    }

    private static String hash(Pod pod) {
        return pod.getMetadata().getAnnotations() == null
                ? ""
                : pod.getMetadata().getAnnotations().getOrDefault(Annotations.INTEGRITY_HASH, "");
    }
}

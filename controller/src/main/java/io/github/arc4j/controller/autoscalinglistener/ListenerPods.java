package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodObject;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodRules;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.Step;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the verdicts of {@link ListenerPodRules} on dedicated listener pods. */
final class ListenerPods {
    private static final Logger log = LoggerFactory.getLogger(ListenerPods.class);

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
        return pods.get(Request.of(listener));
    }

    /** Deletes the pod. Continues when there is none. */
    Step remove(AutoscalingListener listener) {
        return apply(listener, null, end -> {});
    }

    /**
     * Creates or recreates the pod. Continues when it exists and matches the desired one.
     *
     * @param reportEnd called with a description of the end before a pod that has ended is deleted
     */
    Step ensure(AutoscalingListener listener, String secretsHash, Consumer<String> reportEnd) {
        return apply(listener, objects.pod(listener, secretsHash), reportEnd);
    }

    private Step apply(AutoscalingListener listener, @Nullable Pod desired, Consumer<String> reportEnd) {
        switch (ListenerPodRules.decide(get(listener), desired, clock.instant())) {
            case ListenerPodRules.Verdict.Keep keep -> {
                return Step.next();
            }
            case ListenerPodRules.Verdict.AwaitEnd(Duration timeout) -> {
                return Step.after(timeout); // the pod's deletion requeues the listener's key
            }
            case ListenerPodRules.Verdict.Create(Pod pod) -> {
                return create(listener, pod);
            }
            case ListenerPodRules.Verdict.RecreateEnded(Pod pod, String end) -> {
                reportEnd.accept(end);
                backoff.ended(listener, pod);
                delete(pod);
            }
            case ListenerPodRules.Verdict.RecreateChanged(Pod pod) -> {
                events.normal(
                        listener, "ListenerRenewed", "the listener's configuration changed; its pod is recreated");
                delete(pod);
            }
            case ListenerPodRules.Verdict.Delete(Pod pod) -> {
                delete(pod);
                log.info("Deleted the listener's pod");
            }
            case ListenerPodRules.Verdict.ShortenDeletion(Pod pod) -> {
                delete(pod);
                return Step.after(Duration.ofSeconds(ListenerPodRules.graceSeconds(pod)));
            }
            case ListenerPodRules.Verdict.DeleteNow(Pod pod) -> {
                events.warning(
                        listener,
                        "PodStuckTerminating",
                        "the listener's pod is being deleted, but its node %s does not terminate it; it is deleted without waiting for the node"
                                .formatted(pod.getSpec().getNodeName()));
                pods.deleteNow(pod);
                if (get(listener) != null) {
                    return Step.done();
                }
            }
        }
        return apply(listener, desired, reportEnd);
    }

    private void delete(Pod pod) {
        pods.delete(pod, ListenerPodRules.graceSeconds(pod));
    }

    private Step create(AutoscalingListener listener, Pod desired) {
        Duration remaining = backoff.remaining(listener);
        if (remaining.isPositive()) {
            return Step.after(remaining);
        }
        pods.createOrAdopt(desired);
        log.info("Created the listener's pod");
        return Step.next();
    }
}

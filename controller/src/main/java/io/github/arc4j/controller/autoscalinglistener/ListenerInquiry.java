package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** Asks a listener in a pod of its own what it is waiting for; the kubelet tells only whether it is ready. */
@FunctionalInterface
public interface ListenerInquiry {
    /** For pods that nobody can reach. */
    ListenerInquiry NONE = pod -> Optional.empty();

    /**
     * Takes two seconds at most.
     *
     * @return the kind of its trouble, a colon and a message; empty if it does not answer, or is ready
     */
    Optional<String> whyNotReady(Pod pod);
}

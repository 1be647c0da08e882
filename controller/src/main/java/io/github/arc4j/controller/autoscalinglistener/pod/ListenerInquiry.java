package io.github.arc4j.controller.autoscalinglistener.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** Asks a listener in a dedicated pod why it is not ready; the kubelet reports only whether it is. */
@FunctionalInterface
public interface ListenerInquiry {
    /** For pods that cannot be reached. */
    ListenerInquiry NONE = pod -> Optional.empty();

    /**
     * Takes at most two seconds.
     *
     * @return the kind of problem, a colon and a message; empty if the listener is ready or does not respond
     */
    Optional<String> whyNotReady(Pod pod);
}

package io.github.arc4j.controller.autoscalinglistener.pod;

import io.github.arc4j.api.RestrictedListenerTemplate;
import java.util.Locale;

/**
 * What a {@code listenerTemplate} may set. With a template, the author of a scale set defines a pod in the controller's
 * namespace.
 */
public enum ListenerTemplatePolicy {
    /** Everything, as with the Go controller. */
    FULL,
    /**
     * Only fields that give the listener no access to the namespace, other tenants or the node: {@link
     * RestrictedListenerTemplate}.
     */
    RESTRICTED,
    /** Nothing: templates are rejected. */
    OFF;

    /** @throws IllegalArgumentException if there is no such policy */
    public static ListenerTemplatePolicy parse(String text) {
        for (ListenerTemplatePolicy policy : values()) {
            if (policy.flag().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("must be full, restricted or off: " + text);
    }

    String flag() {
        return name().toLowerCase(Locale.ROOT);
    }
}

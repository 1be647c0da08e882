package io.github.arc4j.controller.autoscalinglistener;

import java.util.Locale;

/** What a {@code listenerTemplate} may say: whoever creates a scale set writes a pod of the controller's namespace with it. */
public enum ListenerTemplatePolicy {
    /** Everything, as with the Go controller. */
    FULL,
    /** What gives the listener nothing of the namespace, of other tenants or of the node: {@link RestrictedTemplate}. */
    RESTRICTED,
    /** Nothing: there may be no template. */
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

package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.List;

/** References between listeners and objects in other namespaces, which owner references cannot express. */
public final class ListenerReferences {
    private ListenerReferences() {}

    /** The AutoscalingRunnerSet of a listener, which may be in another namespace. */
    public static Request runnerSetOf(AutoscalingListener listener) {
        AutoscalingListenerSpec spec = listener.getSpec();
        return new Request(spec.autoscalingRunnerSetNamespace(), spec.autoscalingRunnerSetName());
    }

    /**
     * The AutoscalingListener that the labels of a Role or RoleBinding name, if the object is in a namespace where the
     * listener has such objects: tenants can label their own.
     */
    public static List<Request> listenerOf(HasMetadata object, ResourceCache<AutoscalingListener> listeners) {
        AutoscalingListener listener =
                listeners.get(Labels.get(object, Labels.LISTENER_NAMESPACE), Labels.get(object, Labels.LISTENER_NAME));
        if (listener == null) {
            return List.of();
        }
        List<String> namespaces = List.of(
                listener.getMetadata().getNamespace(), runnerSetOf(listener).namespace());
        return namespaces.contains(object.getMetadata().getNamespace()) ? List.of(Request.of(listener)) : List.of();
    }
}

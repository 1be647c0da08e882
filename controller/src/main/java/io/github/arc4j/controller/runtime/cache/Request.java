package io.github.arc4j.controller.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Objects;

/**
 * The key of one object to reconcile.
 *
 * @param namespace the object's namespace; empty for cluster-scoped objects
 * @param name the object's name
 */
public record Request(String namespace, String name) {

    /** The key of {@code object}. */
    public static Request of(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return new Request(Objects.requireNonNullElse(metadata.getNamespace(), ""), metadata.getName());
    }

    /** {@code namespace/name}, or only the name of a cluster-scoped object, as Kubernetes' tools print it. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}

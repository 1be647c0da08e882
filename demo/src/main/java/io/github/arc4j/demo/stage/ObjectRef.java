package io.github.arc4j.demo.stage;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * An object of the cluster.
 *
 * @param namespace empty for cluster-wide objects
 */
public record ObjectRef(String kind, String namespace, String name) {
    static ObjectRef of(HasMetadata object) {
        return new ObjectRef(
                object.getKind(),
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}

package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The key of one object to reconcile.
 *
 * @param namespace empty for cluster-scoped objects
 */
public record Request(String namespace, String name) {

    public static Request of(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return new Request(Objects.requireNonNullElse(metadata.getNamespace(), ""), metadata.getName());
    }

    // Without these two, a record compares through method handles, which takes 1 % of the CPU time of a burst.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Request(String itsNamespace, String itsName)
                && name.equals(itsName)
                && namespace.equals(itsNamespace);
    }

    @Override
    public int hashCode() {
        return 31 * namespace.hashCode() + name.hashCode();
    }

    /** {@code namespace/name}, or only the name of a cluster-scoped object, as Kubernetes' tools print it. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}

package io.github.arc4j.kube.store;

import io.github.arc4j.kube.object.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * One change of an object.
 *
 * @param object the object after the change; for {@link Kind#DELETED} its last state, with the version of the deletion
 * @param before the object before the change; null for {@link Kind#ADDED}
 */
public record Change(
        Kind kind, StoredObject object, @Nullable StoredObject before) {

    /** Named as in watch events. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }
}

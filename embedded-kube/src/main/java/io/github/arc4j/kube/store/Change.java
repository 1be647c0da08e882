package io.github.arc4j.kube.store;

import org.jspecify.annotations.Nullable;

/**
 * One step in the life of an object.
 *
 * @param object after the change; for {@link Kind#DELETED} its last state, under the version of the deletion
 * @param before null for {@link Kind#ADDED}
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

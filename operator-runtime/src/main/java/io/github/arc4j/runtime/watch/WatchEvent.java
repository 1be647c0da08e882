package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.Status;

/** An event of a watch. */
sealed interface WatchEvent<T> {

    /** An object was created or changed. */
    record Present<T>(T object) implements WatchEvent<T> {}

    /** An object was deleted. */
    record Gone<T>(ObjectVersion last) implements WatchEvent<T> {}

    /** All events up to this version have been sent or are already known. */
    record Bookmark<T>(String resourceVersion) implements WatchEvent<T> {}

    /** The watch cannot be continued. */
    record Failed<T>(Status status) implements WatchEvent<T> {}
}

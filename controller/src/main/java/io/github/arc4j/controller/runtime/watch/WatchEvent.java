package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.Status;

/** What a watch brings. */
sealed interface WatchEvent<T> {

    /** An object was created or changed. */
    record Present<T>(T object) implements WatchEvent<T> {}

    /** An object was removed. */
    record Gone<T>(ObjectVersion last) implements WatchEvent<T> {}

    /** Nothing that is not known already happened up to this version. */
    record Bookmark<T>(String resourceVersion) implements WatchEvent<T> {}

    /** The watch cannot go on from where it is. */
    record Failed<T>(Status status) implements WatchEvent<T> {}
}

package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Listener for changes of a {@link ResourceCache}.
 *
 * @param <T> the kind of the cached objects
 */
@FunctionalInterface
public interface Change<T extends HasMetadata> {

    /**
     * An object was added ({@code before} is null), changed, or deleted ({@code after} is null); never both null.
     * Changes of one cache are delivered one at a time and in order. Must return quickly and must not throw.
     */
    void changed(@Nullable T before, @Nullable T after);
}

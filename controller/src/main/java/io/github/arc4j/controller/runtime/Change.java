package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Hears of changes of a {@link ResourceCache}.
 *
 * @param <T> the kind of the cached objects
 */
@FunctionalInterface
public interface Change<T extends HasMetadata> {

    /**
     * One object appeared ({@code before} is null), changed, or went ({@code after} is null); never both null. Changes
     * of one cache arrive one at a time and in order. Must be quick and must not throw.
     */
    void changed(@Nullable T before, @Nullable T after);
}

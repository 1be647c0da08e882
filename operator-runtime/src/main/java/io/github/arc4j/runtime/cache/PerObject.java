package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value per object, keyed by UID. A value is removed when its object leaves the cache, however the object was
 * deleted, even if its finalizers were removed by hand. All methods are thread-safe.
 */
public final class PerObject<V> {
    private final Map<String, V> values = new ConcurrentHashMap<>();

    /** @param caches the caches that contain the objects */
    public PerObject(ResourceCache<?>... caches) {
        for (ResourceCache<?> cache : caches) {
            cache.onChange((before, after) -> {
                if (before != null && after == null) {
                    remove(before);
                }
            });
        }
    }

    public @Nullable V get(HasMetadata object) {
        return values.get(uid(object));
    }

    public V getOrDefault(HasMetadata object, V byDefault) {
        return values.getOrDefault(uid(object), byDefault);
    }

    /** The object's value; {@code first} creates it if there is none. */
    public V computeIfAbsent(HasMetadata object, Supplier<V> first) {
        return values.computeIfAbsent(uid(object), uid -> first.get());
    }

    public void put(HasMetadata object, V value) {
        values.put(uid(object), value);
    }

    /** Atomically sets the object's value to {@code first}, or combines an existing one with it. */
    public void merge(HasMetadata object, V first, BinaryOperator<V> combine) {
        values.merge(uid(object), first, combine);
    }

    public void remove(HasMetadata object) {
        values.remove(uid(object));
    }

    private static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }
}

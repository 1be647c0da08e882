package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of each object, by UID. A value goes when its object leaves the cache, whoever removed the object and
 * however: also if somebody took its finalizers off. All methods are thread-safe.
 *
 * @param <V> the values
 */
public final class PerObject<V> {
    private final Map<String, V> values = new ConcurrentHashMap<>();

    /** @param caches where the objects are */
    public PerObject(ResourceCache<?>... caches) {
        for (ResourceCache<?> cache : caches) {
            cache.onChange((before, after) -> {
                if (before != null && after == null) {
                    remove(before);
                }
            });
        }
    }

    /** The object's value, or null. */
    public @Nullable V get(HasMetadata object) {
        return get(uid(object));
    }

    /** The value of the object with that UID, or null. */
    public @Nullable V get(String uid) {
        return values.get(uid);
    }

    /** The object's value, or {@code byDefault}. */
    public V getOrDefault(HasMetadata object, V byDefault) {
        return values.getOrDefault(uid(object), byDefault);
    }

    /** The object's value; {@code first} makes it if there is none. */
    public V computeIfAbsent(HasMetadata object, Supplier<V> first) {
        return values.computeIfAbsent(uid(object), uid -> first.get());
    }

    /** Sets the object's value. */
    public void put(HasMetadata object, V value) {
        values.put(uid(object), value);
    }

    /** Sets the object's value to {@code first}, or combines the one that is there with it, in one step. */
    public void merge(HasMetadata object, V first, BinaryOperator<V> combine) {
        values.merge(uid(object), first, combine);
    }

    /** Removes the object's value; one that is not there is fine. */
    public void remove(HasMetadata object) {
        values.remove(uid(object));
    }

    private static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }
}

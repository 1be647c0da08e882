package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value per cached object, keyed by UID. A value is removed when its object leaves the cache, however the object was
 * deleted, even if its finalizers were removed by hand. An object that is not in any of the caches, because it has left
 * them or has yet to enter one, has no value: none is stored for it. All methods are thread-safe.
 */
public final class PerObject<V> {
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final ResourceCache<?>[] caches;

    /** @param caches the caches that contain the objects, each object in one of them */
    public PerObject(ResourceCache<?>... caches) {
        this.caches = caches.clone();
        for (ResourceCache<?> cache : caches) {
            removeFrom(cache, (object, value) -> {});
        }
    }

    /** @param onRemoval called with an object that has left the cache and its value, if it had one */
    public <T extends HasMetadata> PerObject(ResourceCache<T> cache, BiConsumer<? super T, ? super V> onRemoval) {
        this.caches = new ResourceCache<?>[] {cache};
        removeFrom(cache, onRemoval);
    }

    private <T extends HasMetadata> void removeFrom(
            ResourceCache<T> cache, BiConsumer<? super T, ? super V> onRemoval) {
        cache.onChange((before, after) -> {
            V value = before == null || after != null ? null : values.remove(uid(before));
            if (before != null && value != null) {
                onRemoval.accept(before, value);
            }
        });
    }

    public @Nullable V get(HasMetadata object) {
        return values.get(uid(object));
    }

    public V getOrDefault(HasMetadata object, V byDefault) {
        return values.getOrDefault(uid(object), byDefault);
    }

    /** The object's value; {@code first} creates it if there is none. */
    public V computeIfAbsent(HasMetadata object, Supplier<V> first) {
        V known = get(object);
        if (known != null) {
            return known;
        }
        V value = values.computeIfAbsent(uid(object), uid -> first.get());
        removeUnlessCached(object);
        return value;
    }

    public void put(HasMetadata object, V value) {
        if (values.put(uid(object), value) == null) {
            removeUnlessCached(object);
        }
    }

    /** Atomically sets the object's value to {@code first}, or combines an existing one with it. */
    public void merge(HasMetadata object, V first, BinaryOperator<V> combine) {
        if (values.merge(uid(object), first, combine) == first) {
            removeUnlessCached(object);
        }
    }

    public void remove(HasMetadata object) {
        values.remove(uid(object));
    }

    /** Removes the object's value if it is {@code value}. */
    public void remove(HasMetadata object, V value) {
        values.remove(uid(object), value);
    }

    /** The number of objects that have a value. */
    public int size() {
        return values.size();
    }

    /**
     * Called after a value was added, not after one was replaced: an object that is cached now will leave the cache
     * later, which removes the value.
     */
    private void removeUnlessCached(HasMetadata object) {
        for (ResourceCache<?> cache : caches) {
            if (cache.has(object)) {
                return;
            }
        }
        remove(object);
    }

    private static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }
}

package io.github.arc4j.controller.runtime.cache;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Indexes the objects of a cache by values computed from them. Guarded by the cache's lock. */
public final class Index<T> {
    private final Function<T, ? extends Collection<String>> keys;
    private final Map<String, Map<Request, T>> buckets = new HashMap<>();

    Index(Function<T, ? extends Collection<String>> keys) {
        this.keys = keys;
    }

    Map<Request, T> bucket(String value) {
        return buckets.getOrDefault(value, Map.of());
    }

    void replace(Request key, @Nullable T before, @Nullable T after) {
        if (before != null) {
            for (String value : keys.apply(before)) {
                buckets.computeIfPresent(value, (v, bucket) -> {
                    bucket.remove(key);
                    return bucket.isEmpty() ? null : bucket;
                });
            }
        }
        if (after != null) {
            for (String value : keys.apply(after)) {
                buckets.computeIfAbsent(value, v -> new HashMap<>()).put(key, after);
            }
        }
    }
}

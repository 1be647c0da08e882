package io.github.arc4j.runtime.cache;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Indexes the objects of a cache by values computed from them. Guarded by the cache's lock. */
public final class Index<T> {
    private static final Logger log = LoggerFactory.getLogger(Index.class);

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
            for (String value : keysOf(key, before)) {
                buckets.computeIfPresent(value, (v, bucket) -> {
                    bucket.remove(key);
                    return bucket.isEmpty() ? null : bucket;
                });
            }
        }
        if (after != null) {
            for (String value : keysOf(key, after)) {
                buckets.computeIfAbsent(value, v -> new HashMap<>()).put(key, after);
            }
        }
    }

    /** Empty if they cannot be computed: no object, whoever wrote it, may keep the cache from accepting the others. */
    private Collection<String> keysOf(Request key, T object) {
        try {
            return keys.apply(object);
        } catch (RuntimeException e) {
            log.error("Cannot index {}", key, e);
            return List.of();
        }
    }
}

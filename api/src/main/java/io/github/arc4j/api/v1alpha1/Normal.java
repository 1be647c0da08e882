package io.github.arc4j.api.v1alpha1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Normalizes collections that may be missing in JSON: empty instead of null, unmodifiable, in the original order. */
final class Normal {
    private Normal() {}

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static ResourceMeta meta(@Nullable ResourceMeta meta) {
        return meta == null ? ResourceMeta.EMPTY : meta;
    }

    static <T> List<T> list(@Nullable List<T> list) {
        return list == null || list.isEmpty()
                ? List.of()
                : list.stream().filter(Objects::nonNull).toList();
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> map) {
        if (map == null || map.isEmpty()) {
            return Map.of();
        }
        Map<String, V> copy = new LinkedHashMap<>(map);
        copy.values().removeIf(Objects::isNull);
        return Collections.unmodifiableMap(copy);
    }
}

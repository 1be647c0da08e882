package io.github.arc4j.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Normalizes collections that may be missing in JSON: empty instead of null, unmodifiable, in the original order. */
final class Normal {
    /** More than there are types of conditions. */
    private static final int MAX_CONDITIONS = 32;

    private Normal() {}

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static ResourceMeta meta(@Nullable ResourceMeta meta) {
        return meta == null ? ResourceMeta.EMPTY : meta;
    }

    static <T> List<T> list(@Nullable List<T> list) {
        return list(list, Integer.MAX_VALUE);
    }

    /** The first conditions; whoever may write a status can add any number. */
    static List<Condition> conditions(@Nullable List<Condition> conditions) {
        return list(conditions, MAX_CONDITIONS);
    }

    private static <T> List<T> list(@Nullable List<T> list, int max) {
        return list == null || list.isEmpty()
                ? List.of()
                : list.stream().filter(Objects::nonNull).limit(max).toList();
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> map) {
        return map(map, Integer.MAX_VALUE);
    }

    /** @param max how many entries are kept */
    static <V> Map<String, V> map(@Nullable Map<String, V> map, int max) {
        if (map == null || map.isEmpty()) {
            return Map.of();
        }
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null && copy.size() < max) {
                copy.put(key, value);
            }
        });
        return Collections.unmodifiableMap(copy);
    }
}

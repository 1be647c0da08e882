package io.github.arc4j.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which labels go from one object to the next.
 *
 * @param excludedPrefixes labels whose keys start with one of these stay where they are
 */
public record LabelPropagation(List<String> excludedPrefixes) {
    public LabelPropagation {
        excludedPrefixes = List.copyOf(excludedPrefixes);
    }

    /** A copy of {@code base} with {@code overwrite} on top, without the excluded labels of either. Null is empty. */
    public Map<String, String> merge(@Nullable Map<String, String> base, @Nullable Map<String, String> overwrite) {
        Map<String, String> merged = new LinkedHashMap<>(Annotations.merge(base, overwrite));
        merged.keySet().removeIf(this::excludes);
        return merged;
    }

    private boolean excludes(String key) {
        return excludedPrefixes.stream().anyMatch(key::startsWith);
    }
}

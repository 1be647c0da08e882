package io.github.arc4j.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which labels go from one object to the next. The labels by which Argo CD and Flux know their objects never do: they
 * would take what the controller makes for theirs, and remove it.
 *
 * @param excludedPrefixes labels whose keys start with one of these stay where they are, too
 */
public record LabelPropagation(List<String> excludedPrefixes) {
    private static final List<String> TRACKING =
            List.of("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/");

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
        return Stream.concat(TRACKING.stream(), excludedPrefixes.stream()).anyMatch(key::startsWith);
    }
}

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

    /**
     * A copy of {@code ofUser} with {@code own} on top, without the excluded labels of either. Null is empty. Of the user's
     * labels, those whose keys are {@linkplain Labels#isReserved reserved} are left out: by them the reconcilers know what
     * they have to do, and would set and remove them in turn.
     */
    public Map<String, String> merge(@Nullable Map<String, String> ofUser, @Nullable Map<String, String> own) {
        Map<String, String> merged = new LinkedHashMap<>(Annotations.merge(ofUser, null));
        merged.keySet().removeIf(Labels::isReserved);
        merged.putAll(Annotations.merge(own, null));
        merged.keySet().removeIf(this::excludes);
        return merged;
    }

    private boolean excludes(String key) {
        return Stream.concat(TRACKING.stream(), excludedPrefixes.stream()).anyMatch(key::startsWith);
    }
}

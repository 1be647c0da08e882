package io.github.arc4j.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which labels are propagated from one object to the next. The labels with which Argo CD and Flux track their objects
 * never are: these tools would treat the objects that the controller creates as their own, and delete them.
 *
 * @param excludedPrefixes labels whose keys start with one of these are not propagated, either
 */
public record LabelPropagation(List<String> excludedPrefixes) {
    private static final List<String> TRACKING =
            List.of("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/");

    /** Copies the list. */
    public LabelPropagation {
        excludedPrefixes = List.copyOf(excludedPrefixes);
    }

    /**
     * Merges the labels of a user with the controller's, without the excluded ones of either and those beyond the {@link
     * MetadataLimit}. Null is treated as empty.
     *
     * @param ofUser labels that the user has set. Those with {@linkplain Labels#isReserved reserved} keys are left out:
     *     reconcilers rely on these labels, and would set and remove them alternately.
     * @param own the controller's labels, which override the user's
     * @return a new, mutable map
     */
    public Map<String, String> merge(@Nullable Map<String, String> ofUser, @Nullable Map<String, String> own) {
        Map<String, String> merged = Annotations.ofUser(ofUser);
        merged.putAll(Annotations.merge(own, null));
        merged.keySet().removeIf(this::excludes);
        return MetadataLimit.limited(merged);
    }

    /** Whether Argo CD or Flux uses labels or annotations with this key. */
    static boolean isTracking(String key) {
        return TRACKING.stream().anyMatch(key::startsWith);
    }

    private boolean excludes(String key) {
        return isTracking(key) || excludedPrefixes.stream().anyMatch(key::startsWith);
    }
}

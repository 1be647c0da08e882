package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the objects that belong to an AutoscalingRunnerSet. Listeners are in another namespace and therefore have no
 * owner reference; they are found by their spec, which also finds those that were named differently by an earlier
 * version or another spelling of the spec. The cache contains only listeners in the controller's namespace.
 */
public final class RelatedObjects {
    private static final String BY_RUNNER_SET = "autoscalingRunnerSet";
    private static final String BY_OWNER = "owner";
    private static final String BY_SCALE_SET = "scaleSet";
    private static final String BY_NAMESPACE = "namespace";

    private final ResourceCache<AutoscalingRunnerSet> sets;
    private final ResourceCache<EphemeralRunnerSet> runnerSets;
    private final ResourceCache<AutoscalingListener> listeners;
    private final Confirmations confirmations;

    /** Adds its indexes to the caches. */
    public RelatedObjects(
            ResourceCache<AutoscalingRunnerSet> sets,
            ResourceCache<EphemeralRunnerSet> runnerSets,
            ResourceCache<AutoscalingListener> listeners,
            Confirmations confirmations) {
        this.sets = sets.index(BY_SCALE_SET, RelatedObjects::scaleSetKeys)
                .index(BY_NAMESPACE, set -> List.of(set.getMetadata().getNamespace()));
        this.runnerSets = runnerSets.index(BY_OWNER, Owners::controllerKey);
        this.listeners = listeners
                .index(BY_RUNNER_SET, listener -> List.of(parentKey(listener.getSpec())))
                .index(BY_NAMESPACE, listener -> List.of(listener.getSpec().autoscalingRunnerSetNamespace()));
        this.confirmations = confirmations;
    }

    List<AutoscalingListener> listeners(AutoscalingRunnerSet set) {
        return listenersOf(Request.of(set), listeners);
    }

    /**
     * The listeners of a set, without reading those of others.
     *
     * @param listeners a cache with the indexes of {@code RelatedObjects}
     */
    public static List<AutoscalingListener> listenersOf(Request set, ResourceCache<AutoscalingListener> listeners) {
        return listeners.byIndex(BY_RUNNER_SET, set.namespace() + "/" + set.name());
    }

    /** How many more listeners than sets a namespace has, because those of deleted sets are still stopping. */
    int surplusListeners(String namespace) {
        return listeners.count(BY_NAMESPACE, namespace) - sets.count(BY_NAMESPACE, namespace);
    }

    List<EphemeralRunnerSet> runnerSets(AutoscalingRunnerSet set) {
        return runnerSets.byIndex(BY_OWNER, Owners.key(set));
    }

    /** The oldest other set that uses the same scale set and is not being deleted. */
    Optional<AutoscalingRunnerSet> otherUser(AutoscalingRunnerSet set) {
        int id = RegisteredScaleSet.id(set);
        return id == 0 ? Optional.empty() : otherUser(set, RegisteredScaleSet.configUrl(set), id);
    }

    /** The oldest other set that uses this scale set, as confirmed by GitHub, and is not being deleted. */
    Optional<AutoscalingRunnerSet> otherUser(AutoscalingRunnerSet set, String configUrl, int scaleSetId) {
        return others(set, configUrl, scaleSetId)
                .filter(other -> confirmations.isConfirmed(other, set))
                .min(SENIORITY);
    }

    /** Other sets whose annotations name the same scale set, whether GitHub has confirmed it or not. */
    Stream<AutoscalingRunnerSet> otherClaimants(AutoscalingRunnerSet set) {
        int id = RegisteredScaleSet.id(set);
        return id == 0 ? Stream.empty() : others(set, RegisteredScaleSet.configUrl(set), id);
    }

    private Stream<AutoscalingRunnerSet> others(AutoscalingRunnerSet set, String configUrl, int scaleSetId) {
        return sets.byIndex(BY_SCALE_SET, RegisteredScaleSet.key(configUrl, scaleSetId)).stream()
                .filter(other ->
                        !other.getMetadata().getUid().equals(set.getMetadata().getUid()))
                .filter(other -> !other.isMarkedForDeletion());
    }

    /** Oldest first; the UID orders objects that were created in the same second. */
    static final Comparator<AutoscalingRunnerSet> SENIORITY = Comparator.comparing(
                    (AutoscalingRunnerSet set) -> set.getMetadata().getCreationTimestamp())
            .thenComparing(set -> set.getMetadata().getUid());

    private static List<String> scaleSetKeys(AutoscalingRunnerSet set) {
        int id = RegisteredScaleSet.id(set);
        return id == 0 ? List.of() : List.of(RegisteredScaleSet.key(RegisteredScaleSet.configUrl(set), id));
    }

    private static String parentKey(AutoscalingListenerSpec spec) {
        return spec.autoscalingRunnerSetNamespace() + "/" + spec.autoscalingRunnerSetName();
    }
}

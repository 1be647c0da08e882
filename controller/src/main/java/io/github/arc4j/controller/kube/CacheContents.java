package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.runtime.cache.ResourceCache;

/** Keeps caches small in clusters with many pods. */
final class CacheContents {
    private CacheContents() {}

    /** Keeps only the pods of runners, of their container hooks, and of listeners. */
    static ResourceCache<Pod> ofPods(ResourceCache<Pod> cache) {
        return cache.only(
                pod -> isRunner(pod) || !Labels.get(pod, Labels.RUNNER_POD).isEmpty() || isListener(pod));
    }

    private static boolean isRunner(Pod pod) {
        return !Labels.get(pod, Labels.EPHEMERAL_RUNNER).isEmpty() || isOwnedBy(pod, "EphemeralRunner");
    }

    private static boolean isListener(Pod pod) {
        return isOwnedBy(pod, "AutoscalingListener")
                || Labels.get(pod, Labels.COMPONENT).equals(Labels.COMPONENT_SHARED_LISTENER);
    }

    private static boolean isOwnedBy(Pod pod, String kind) {
        return Owners.controllerOf(pod)
                .map(OwnerReference::getKind)
                .filter(kind::equals)
                .isPresent();
    }
}

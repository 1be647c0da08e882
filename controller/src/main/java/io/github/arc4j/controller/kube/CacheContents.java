package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.util.Optional;

/** Keeps caches small in clusters with many pods. */
final class CacheContents {
    private CacheContents() {}

    /** Keeps only the pods of runners, of their container hooks, and of listeners. */
    static ResourceCache<Pod> ofPods(ResourceCache<Pod> cache) {
        return cache.only(pod -> isRunner(pod) || label(pod, Labels.RUNNER_POD).isPresent() || isListener(pod));
    }

    private static boolean isRunner(Pod pod) {
        return label(pod, Labels.EPHEMERAL_RUNNER).isPresent() || isOwnedBy(pod, "EphemeralRunner");
    }

    private static boolean isListener(Pod pod) {
        return isOwnedBy(pod, "AutoscalingListener")
                || label(pod, Labels.COMPONENT)
                        .filter(Labels.COMPONENT_SHARED_LISTENER::equals)
                        .isPresent();
    }

    private static Optional<String> label(Pod pod, String key) {
        return Optional.ofNullable(pod.getMetadata().getLabels()).map(labels -> labels.get(key));
    }

    private static boolean isOwnedBy(Pod pod, String kind) {
        return Owners.controllerOf(pod)
                .map(OwnerReference::getKind)
                .filter(kind::equals)
                .isPresent();
    }
}

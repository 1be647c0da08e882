package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps caches small in clusters with many pods and in scale sets with many runners. */
final class CacheContents {
    /** Specs of runner sets that are kept to be shared by their runners. */
    private static final int SHARED_SPECS = 1000;

    private CacheContents() {}

    /** Keeps only pods of this system, and of runner pods not what their template says anyway. */
    static ResourceCache<Pod> ofPods(ResourceCache<Pod> cache) {
        return cache.only(pod -> isRunner(pod) || isListener(pod)).slimmed(pod -> {
            if (isRunner(pod) && pod.getSpec() != null) {
                pod.setSpec(slim(pod.getSpec()));
            }
        });
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

    private static PodSpec slim(PodSpec spec) {
        return new PodSpecBuilder()
                .withNodeName(spec.getNodeName())
                .withInitContainers(spec.getInitContainers().stream()
                        .map(CacheContents::slim)
                        .toList())
                .build();
    }

    private static Container slim(Container container) {
        return new ContainerBuilder()
                .withName(container.getName())
                .withRestartPolicy(container.getRestartPolicy())
                .build();
    }

    /** Has the runners of a set share their spec, which mostly is the same for all. */
    static ResourceCache<EphemeralRunner> ofRunners(ResourceCache<EphemeralRunner> cache) {
        SharedSpecs specs = new SharedSpecs();
        return cache.slimmed(runner -> runner.setSpec(specs.shared(runner)));
    }

    /** The spec that a runner of each set had last. */
    private static final class SharedSpecs {
        private final Map<String, EphemeralRunnerSpec> bySet = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, EphemeralRunnerSpec> eldest) {
                return size() > SHARED_SPECS;
            }
        };

        synchronized EphemeralRunnerSpec shared(EphemeralRunner runner) {
            String set = Owners.controllerOf(runner).map(OwnerReference::getUid).orElse("");
            EphemeralRunnerSpec last = bySet.get(set);
            if (last != null && Objects.equals(last, runner.getSpec())) {
                return last;
            }
            if (runner.getSpec() != null) {
                bySet.put(set, runner.getSpec());
            }
            return runner.getSpec();
        }
    }
}

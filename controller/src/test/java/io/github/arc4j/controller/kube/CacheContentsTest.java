package io.github.arc4j.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheContentsTest {
    private final ResourceCache<Pod> pods = new ResourceCache<>(Pod.class).only(Resources::isOurs);

    private void podOf(String name, String ownerKind, Map<String, String> labels) {
        pods.written(new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withUid(name)
                .withResourceVersion("1")
                .withLabels(labels)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind(ownerKind)
                        .withUid("owner")
                        .withController(true)
                        .build())
                .endMetadata()
                .build());
    }

    @Test
    void onlyPodsOfRunnersOfTheirHooksAndOfListenersAreKept() {
        podOf("labelled-runner", "", Map.of("actions-ephemeral-runner", "True"));
        podOf("runner", "EphemeralRunner", Map.of());
        podOf("job", "", Map.of("runner-pod", "runner"));
        podOf("listener", "AutoscalingListener", Map.of());
        podOf("shared-listener", "ReplicaSet", Map.of("app.kubernetes.io/component", "shared-listener"));
        podOf("database", "StatefulSet", Map.of("app.kubernetes.io/component", "database"));
        assertThat(pods.all())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrder("labelled-runner", "runner", "job", "listener", "shared-listener");
    }
}

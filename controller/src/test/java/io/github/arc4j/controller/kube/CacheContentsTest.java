package io.github.arc4j.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheContentsTest {
    private final ResourceCache<Pod> pods = CacheContents.ofPods(new ResourceCache<>(Pod.class));
    private final ResourceCache<EphemeralRunner> runners =
            CacheContents.ofRunners(new ResourceCache<>(EphemeralRunner.class));

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
                .withNewSpec()
                .withNodeName("node")
                .addToInitContainers(new ContainerBuilder()
                        .withName("dind")
                        .withRestartPolicy("Always")
                        .withImage("dind:1")
                        .build())
                .addToContainers(new ContainerBuilder()
                        .withName("main")
                        .withImage("main:1")
                        .build())
                .endSpec()
                .build());
    }

    @Test
    void onlyPodsOfThisSystemAreKept() {
        podOf("labelled-runner", "", Map.of("actions-ephemeral-runner", "True"));
        podOf("runner", "EphemeralRunner", Map.of());
        podOf("listener", "AutoscalingListener", Map.of());
        podOf("shared-listener", "ReplicaSet", Map.of("app.kubernetes.io/component", "shared-listener"));
        podOf("database", "StatefulSet", Map.of("app.kubernetes.io/component", "database"));
        assertThat(pods.all())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrder("labelled-runner", "runner", "listener", "shared-listener");
    }

    @Test
    void aRunnersPodKeepsItsNodeAndHowItsInitContainersRestart() {
        podOf("runner", "EphemeralRunner", Map.of());
        assertThat(pods.all().getFirst().getSpec()).satisfies(spec -> {
            assertThat(spec.getNodeName()).isEqualTo("node");
            assertThat(spec.getContainers()).isEmpty();
            assertThat(spec.getInitContainers()).singleElement().satisfies(container -> {
                assertThat(container.getName()).isEqualTo("dind");
                assertThat(container.getRestartPolicy()).isEqualTo("Always");
                assertThat(container.getImage()).isNull();
            });
        });
    }

    @Test
    void aListenersPodIsKeptWhole() {
        podOf("listener", "AutoscalingListener", Map.of());
        assertThat(pods.all().getFirst().getSpec().getContainers()).hasSize(1);
    }

    private EphemeralRunner runner(String name, String image) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.setMetadata(new ObjectMetaBuilder()
                .withNamespace("ns")
                .withName(name)
                .withUid(name)
                .withResourceVersion("1")
                .build());
        runner.setSpec(ReconcilerFixture.spec()
                .template(io.github.arc4j.controller.ControllerFixture.template(image))
                .build());
        runners.written(runner);
        return runner;
    }

    @Test
    void runnersOfOneTemplateShareTheirSpec() {
        EphemeralRunner first = runner("a", "runner:1");
        assertThat(runner("b", "runner:1").getSpec()).isSameAs(first.getSpec());
        assertThat(runner("c", "runner:2").getSpec()).isNotEqualTo(first.getSpec());
    }
}

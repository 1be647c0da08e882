package io.github.arc4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class EventSourceTest {
    @Group("example.com")
    @Version("v1alpha1")
    private static final class Parent extends CustomResource<Void, Void> {}

    private final ResourceCache<Pod> cache = new ResourceCache<>(Pod.class);
    private final List<String> heard = new ArrayList<>();

    private void connect(EventSource<Pod> source) {
        source.connect((request, priority) -> heard.add(request + " " + priority));
    }

    private static PodBuilder pod(int version) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("pod")
                .withUid("u")
                .withResourceVersion(String.valueOf(version))
                .withGeneration(1L)
                .endMetadata();
    }

    private static Pod owned(int version, String apiVersion, String kind, Boolean controller, String owner) {
        return pod(version)
                .editMetadata()
                .addNewOwnerReference()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withController(controller)
                .withName(owner)
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    @Test
    void anObjectEnqueuesItsOwnKey() {
        connect(EventSource.self(cache));
        cache.written(pod(1).build());
        cache.written(pod(2).build());
        cache.deleted(pod(2).build());
        assertThat(heard).containsExactly("ns/pod NORMAL", "ns/pod NORMAL", "ns/pod NORMAL");
    }

    @Test
    void anUnchangedObjectEnqueuesNothing() {
        connect(EventSource.self(cache));
        cache.written(pod(1).build());
        cache.written(pod(1).build());
        assertThat(heard).hasSize(1);
    }

    @Test
    void anEditAndADeletionHaveHighPriority() {
        cache.written(pod(1).build());
        connect(EventSource.self(cache));
        cache.written(pod(2).editMetadata().withGeneration(2L).endMetadata().build());
        cache.written(pod(3).editMetadata()
                .withGeneration(2L)
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build());
        assertThat(heard).containsExactly("ns/pod HIGH", "ns/pod HIGH");
    }

    @Test
    void anOwnedObjectEnqueuesItsControllingOwnerOfThatKind() {
        connect(EventSource.ownedBy(Parent.class, cache));
        cache.written(owned(1, "example.com/v1alpha1", "Parent", true, "parent"));
        cache.written(owned(2, "example.com/v1", "Parent", true, "parent"));
        assertThat(heard).containsExactly("ns/parent NORMAL", "ns/parent NORMAL");
    }

    @Test
    void otherOwnersAreNotEnqueued() {
        connect(EventSource.ownedBy(Parent.class, cache));
        cache.written(owned(1, "example.com/v1alpha1", "Parent", null, "parent"));
        cache.written(owned(2, "example.com/v1alpha1", "ParentSet", true, "parent"));
        cache.written(owned(3, "other/v1alpha1", "Parent", true, "parent"));
        assertThat(heard).isEmpty();
    }

    @Test
    void bothStatesOfAChangedObjectAreMapped() {
        connect(EventSource.mapped(
                cache, pod -> List.of(new Request("", pod.getSpec().getNodeName()))));
        cache.written(pod(1).withNewSpec().withNodeName("one").endSpec().build());
        cache.written(pod(2).withNewSpec().withNodeName("two").endSpec().build());
        assertThat(heard).containsExactly("one NORMAL", "one NORMAL", "two NORMAL");
    }

    @Test
    void existingObjectsAreEnqueuedWithLowPriority() {
        cache.written(pod(1).build());
        EventSource<Pod> source = EventSource.self(cache);
        source.replay((request, priority) -> heard.add(request + " " + priority));
        assertThat(heard).containsExactly("ns/pod LOW");
    }
}

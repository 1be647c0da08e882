package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GarbageTest {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static OwnerReference ownedBy(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withBlockOwnerDeletion(true)
                .build();
    }

    private ConfigMap dependent(String name, HasMetadata... owners) {
        return cluster.client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withOwnerReferences(
                                Stream.of(owners).map(GarbageTest::ownedBy).toList())
                        .endMetadata()
                        .build())
                .create();
    }

    private ConfigMap get(String name) {
        return cluster.client.configMaps().withName(name).get();
    }

    @Test
    void deletesDependentsRecursively() {
        Widget owner = cluster.create(Widget.named("owner", 1));
        ConfigMap child = dependent("child", owner);
        dependent("grandchild", child);
        ConfigMap stranger = dependent("stranger");
        cluster.widgets().withName("owner").delete();
        await().untilAsserted(() -> assertThat(get("grandchild")).isNull());
        assertThat(get("child")).isNull();
        assertThat(get("stranger")).isEqualTo(stranger);
    }

    @Test
    void dependentsOfSeveralOwnersStayUntilTheLastIsDeleted() {
        Widget one = cluster.create(Widget.named("one", 1));
        Widget two = cluster.create(Widget.named("two", 1));
        dependent("child", one, two);
        cluster.widgets().withName("one").delete();
        await().untilAsserted(() -> assertThat(get("child").getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getName)
                .containsExactly("two"));
        cluster.widgets().withName("two").delete();
        await().untilAsserted(() -> assertThat(get("child")).isNull());
    }

    @Test
    void deletedReplacedOrForeignOwnersDoNotCount() {
        Widget owner = cluster.create(Widget.named("owner", 1));
        cluster.widgets().withName("owner").delete();
        cluster.create(Widget.named("owner", 1));
        dependent("late", owner);
        await().untilAsserted(() -> assertThat(get("late")).isNull());

        Widget elsewhere = cluster.widgets()
                .inNamespace("default")
                .resource(Widget.named("far", 1))
                .create();
        dependent("abroad", elsewhere);
        await().untilAsserted(() -> assertThat(get("abroad")).isNull());
    }

    @Test
    void foregroundDeletionWaitsForBlockingDependents() {
        Widget owner = cluster.create(Widget.named("owner", 1));
        dependent("child", owner);
        cluster.client
                .configMaps()
                .withName("child")
                .patch(MERGE, "{\"metadata\":{\"finalizers\":[\"example.com/x\"]}}");
        cluster.widgets()
                .withName("owner")
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        await().untilAsserted(() ->
                assertThat(get("child").getMetadata().getDeletionTimestamp()).isNotNull());
        assertThat(cluster.widgets().withName("owner").get().getMetadata().getFinalizers())
                .containsExactly("foregroundDeletion");
        cluster.client.configMaps().withName("child").patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        await().untilAsserted(() ->
                assertThat(cluster.widgets().withName("owner").get()).isNull());
    }

    @Test
    void orphanDeletionKeepsDependentsWithoutOwnerReferences() {
        Widget owner = cluster.create(Widget.named("owner", 1));
        dependent("child", owner);
        cluster.widgets()
                .withName("owner")
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        await().untilAsserted(() ->
                assertThat(cluster.widgets().withName("owner").get()).isNull());
        assertThat(get("child").getMetadata().getOwnerReferences()).isEmpty();
    }

    @Test
    void namespaceDeletionDeletesItsContents() {
        cluster.client
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("doomed")
                        .endMetadata()
                        .build())
                .create();
        Widget held = Widget.named("held", 1);
        held.getMetadata().setFinalizers(List.of("example.com/x"));
        var widgets = cluster.widgets().inNamespace("doomed");
        widgets.resource(held).create();
        widgets.resource(Widget.named("free", 1)).create();

        cluster.client.namespaces().withName("doomed").delete();
        await().untilAsserted(() -> assertThat(widgets.withName("free").get()).isNull());
        assertThat(cluster.client
                        .namespaces()
                        .withName("doomed")
                        .get()
                        .getStatus()
                        .getPhase())
                .isEqualTo("Terminating");
        assertThatThrownBy(() -> widgets.resource(Widget.named("new", 1)).create())
                .hasMessageContaining("because it is being terminated");

        widgets.withName("held").patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        await().untilAsserted(() ->
                assertThat(cluster.client.namespaces().withName("doomed").get()).isNull());
        assertThat(cluster.client.namespaces().withName(NAMESPACE).get()).isNotNull();
    }
}

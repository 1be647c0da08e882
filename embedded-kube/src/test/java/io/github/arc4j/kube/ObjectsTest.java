package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.NAMESPACE;
import static io.github.arc4j.kube.Cluster.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes to single objects of a custom type. */
class ObjectsTest {
    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void creationSetsServerFieldsAndDropsTheStatus() {
        Widget wanted = Widget.named("one", 3);
        wanted.setStatus(new Widget.Status("Ready", 1));
        Widget created = cluster.create(wanted);

        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(created.getMetadata().getCreationTimestamp()).endsWith("Z");
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(Long.parseLong(created.getMetadata().getResourceVersion())).isPositive();
        assertThat(created.getStatus()).isNull();
        assertThat(cluster.widgets().withName("one").get()).isEqualTo(created);
    }

    @Test
    void rejectsDuplicateNames() {
        cluster.create(Widget.named("one", 3));
        assertFails(
                () -> cluster.create(Widget.named("one", 3)),
                409,
                "AlreadyExists",
                "widgets.example.com \"one\" already exists");
    }

    @Test
    void absentObjectsAndNamespacesAreNotFound() {
        assertThat(cluster.widgets().withName("one").get()).isNull();
        assertFails(() -> cluster.widgets().withName("one").edit(w -> Widget.named("one", 4)), 404, "NotFound");
        assertFails(
                () -> cluster.widgets()
                        .inNamespace("nowhere")
                        .resource(Widget.named("one", 1))
                        .create(),
                404,
                "NotFound",
                "namespaces \"nowhere\" not found");
    }

    @Test
    void generatedNamesAreUniqueAndUseTheAlphabetOfKubernetes() {
        List<String> names = IntStream.range(0, 50)
                .mapToObj(i -> {
                    Widget widget = Widget.named(null, i);
                    widget.getMetadata().setGenerateName("runner-");
                    return cluster.create(widget).getMetadata().getName();
                })
                .toList();
        assertThat(names)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("runner-[bcdfghjklmnpqrstvwxz2456789]{5}"));
    }

    @Test
    void rejectsInvalidObjectsWithCauses() {
        Widget bad = Widget.named("bad", -1);
        bad.getMetadata().setLabels(Map.of("color", "not a value"));
        assertThatThrownBy(() -> cluster.create(bad)).isInstanceOfSatisfying(KubernetesClientException.class, e -> {
            assertThat(e.getCode()).isEqualTo(422);
            assertThat(e.getStatus().getReason()).isEqualTo("Invalid");
            assertThat(e.getStatus().getDetails().getCauses())
                    .extracting(StatusCause::getField)
                    .containsExactly("metadata.labels", "spec.size");
        });
        assertFails(() -> cluster.create(Widget.named("No_Name", 1)), 422, "Invalid", "metadata.name");
        Widget unknownColor = Widget.named("color", 1);
        unknownColor.setSpec(new Widget.Spec(1, "blue", null, null));
        assertFails(() -> cluster.create(unknownColor), 422, "Invalid", "spec.color: Unsupported value: \"blue\"");
        Widget nothing = Widget.named("nothing", 1);
        nothing.setSpec(new Widget.Spec(null, null, null, null));
        assertFails(() -> cluster.create(nothing), 422, "Invalid", "spec.size: Required value");
    }

    @Test
    void dropsFieldsThatAreNotInTheSchema() {
        Widget widget = Widget.named("one", 3);
        widget.setSpec(new Widget.Spec(3, "red", Map.of("any", "key"), "dropped"));
        assertThat(cluster.create(widget).getSpec()).isEqualTo(new Widget.Spec(3, "red", Map.of("any", "key"), null));
    }

    @Test
    void updatesWithAStaleVersionConflict() {
        Widget first = cluster.create(Widget.named("one", 1));
        first.setSpec(Widget.Spec.of(2));
        Widget second = cluster.client.resource(first).update();
        assertThat(second.getMetadata().getGeneration()).isEqualTo(2);

        assertFails(
                () -> cluster.client.resource(first).update(), 409, "Conflict", "the object has been modified; please");
        assertThat(cluster.widgets().withName("one").get()).isEqualTo(second);
    }

    @Test
    void statusAndSpecAreWrittenSeparately() {
        Widget created = cluster.create(Widget.named("one", 1));
        created.setSpec(Widget.Spec.of(7));
        created.setStatus(new Widget.Status("Ready", 1));
        Widget afterStatus = cluster.client.resource(created).updateStatus();
        assertThat(afterStatus.getSpec().size()).isEqualTo(1);
        assertThat(afterStatus.getStatus().phase()).isEqualTo("Ready");
        assertThat(afterStatus.getMetadata().getGeneration()).isEqualTo(1);

        afterStatus.setSpec(Widget.Spec.of(7));
        afterStatus.setStatus(new Widget.Status("Lost", 0));
        Widget afterSpec = cluster.client.resource(afterStatus).update();
        assertThat(afterSpec.getSpec().size()).isEqualTo(7);
        assertThat(afterSpec.getStatus().phase()).isEqualTo("Ready");
        assertThat(afterSpec.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void mergePatchesChangeOnlySpecifiedFields() {
        Widget widget = Widget.named("one", 1);
        widget.setSpec(new Widget.Spec(1, "red", Map.of("a", "1", "b", "2"), null));
        cluster.create(widget);
        PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
        var one = cluster.widgets().withName("one");

        Widget patched = one.patch(merge, "{\"spec\":{\"size\":2,\"tags\":{\"a\":null,\"c\":\"3\"}}}");
        assertThat(patched.getSpec()).isEqualTo(new Widget.Spec(2, "red", Map.of("b", "2", "c", "3"), null));
        assertThat(patched.getMetadata().getGeneration()).isEqualTo(2);

        Widget withStatus = one.subresource("status").patch(merge, "{\"spec\":{\"size\":9},\"status\":{\"ready\":4}}");
        assertThat(withStatus.getSpec().size()).isEqualTo(2);
        assertThat(withStatus.getStatus()).isEqualTo(new Widget.Status(null, 4));
        assertThat(withStatus.getMetadata().getGeneration()).isEqualTo(2);

        assertFails(
                () -> one.patch(merge, "{\"metadata\":{\"resourceVersion\":\"1\"},\"spec\":{\"size\":3}}"),
                409,
                "Conflict");
        assertFails(() -> one.patch(merge, "{\"spec\":{\"size\":-3}}"), 422, "Invalid");
    }

    @Test
    void jsonPatchesAndEditsWork() {
        cluster.create(Widget.named("one", 1));
        Widget edited = cluster.widgets().withName("one").edit(w -> {
            w.getMetadata().setLabels(Map.of("x", "y"));
            w.setSpec(new Widget.Spec(5, "green", null, null));
            return w;
        });
        assertThat(edited.getSpec().size()).isEqualTo(5);
        assertThat(edited.getMetadata().getLabels()).containsEntry("x", "y");
        assertFails(
                () -> cluster.widgets()
                        .withName("one")
                        .patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"test\",\"path\":\"/spec/size\",\"value\":6},{\"op\":\"remove\",\"path\":\"/spec/color\"}]"),
                422,
                "Invalid");
        assertThat(cluster.widgets().withName("one").get()).isEqualTo(edited);
    }

    @Test
    void writesThatChangeNothingKeepTheVersion() {
        Widget created = cluster.create(Widget.named("one", 1));
        Widget patched = cluster.widgets()
                .withName("one")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":1},\"metadata\":{\"labels\":{}}}");
        assertThat(patched).isEqualTo(created);
        assertThat(cluster.client.resource(created).update()).isEqualTo(created);
    }

    @Test
    void finalizersKeepADeletedObjectUntilTheyAreRemoved() {
        Widget widget = Widget.named("one", 1);
        widget.getMetadata().setFinalizers(List.of("example.com/a", "example.com/b"));
        cluster.create(widget);
        var one = cluster.widgets().withName("one");

        one.delete();
        Widget deleting = one.get();
        assertThat(deleting.getMetadata().getDeletionTimestamp()).isNotNull();
        one.delete();
        assertThat(one.get()).isEqualTo(deleting);

        assertFails(() -> cluster.create(Widget.named("one", 1)), 409, "AlreadyExists", "object is being deleted: ");

        PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
        assertFails(
                () -> one.patch(merge, "{\"metadata\":{\"finalizers\":[\"example.com/c\"]}}"),
                422,
                "Invalid",
                "no new finalizers can be added");
        one.patch(merge, "{\"metadata\":{\"finalizers\":[\"example.com/b\"]}}");
        assertThat(one.get()).isNotNull();
        one.patch(merge, "{\"metadata\":{\"finalizers\":null}}");
        assertThat(one.get()).isNull();
    }

    @Test
    void deletionHonoursPreconditions() {
        Widget created = cluster.create(Widget.named("one", 1));
        cluster.widgets().withName("one").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":2}}");
        String stale = created.getMetadata().getResourceVersion();
        assertFails(
                () -> cluster.client
                        .resource(created)
                        .lockResourceVersion(stale)
                        .delete(),
                409,
                "Conflict",
                "Precondition failed");
        assertThat(cluster.widgets().withName("one").get()).isNotNull();
        cluster.client
                .resource(created)
                .lockResourceVersion(
                        cluster.widgets().withName("one").get().getMetadata().getResourceVersion())
                .delete();
        assertThat(cluster.widgets().withName("one").get()).isNull();
    }

    @Test
    void discoveryIncludesCustomTypes() {
        assertThat(cluster.client.supports(Widget.class)).isTrue();
        assertThat(cluster.client.hasApiGroup("example.com", true)).isTrue();
        assertThat(cluster.client.hasApiGroup("nowhere.com", true)).isFalse();
        assertThat(cluster.client.getKubernetesVersion().getMajor()).isEqualTo("1");
        assertThat(cluster.client
                        .namespaces()
                        .withName(NAMESPACE)
                        .get()
                        .getStatus()
                        .getPhase())
                .isEqualTo("Active");
    }
}

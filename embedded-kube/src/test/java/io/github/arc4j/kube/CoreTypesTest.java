package io.github.arc4j.kube;

import static io.github.arc4j.kube.Cluster.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API server's handling of built-in types. */
class CoreTypesTest {
    private final Cluster cluster = new Cluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void coreTypesSupportTheirFieldSelectors() {
        cluster.client.resource(Cluster.pod("p")).create();
        assertThat(cluster.client
                        .pods()
                        .withField("status.phase", "Pending")
                        .withField("spec.nodeName", "")
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(cluster.client
                        .pods()
                        .withoutField("status.phase", "Pending")
                        .list()
                        .getItems())
                .isEmpty();
        cluster.client
                .v1()
                .events()
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName("p.")
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withKind("Pod")
                        .withName("p")
                        .endInvolvedObject()
                        .withReason("Tested")
                        .build())
                .create();
        assertThat(cluster.client
                        .v1()
                        .events()
                        .withField("involvedObject.name", "p")
                        .withField("reason", "Tested")
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(cluster.client
                        .v1()
                        .events()
                        .withField("involvedObject.name", "q")
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void secretsAcceptPlainTextAndValidateBase64() {
        Secret created = cluster.client
                .secrets()
                .resource(new SecretBuilder()
                        .withMetadata(new ObjectMetaBuilder().withName("s").build())
                        .addToStringData("token", "täst")
                        .build())
                .create();
        assertThat(created.getStringData()).isNullOrEmpty();
        assertThat(created.getType()).isEqualTo("Opaque");
        assertThat(new String(Base64.getDecoder().decode(created.getData().get("token")), StandardCharsets.UTF_8))
                .isEqualTo("täst");
        assertFails(
                () -> cluster.client
                        .secrets()
                        .resource(new SecretBuilder()
                                .withMetadata(
                                        new ObjectMetaBuilder().withName("bad").build())
                                .addToData("token", "not base64!")
                                .build())
                        .create(),
                400,
                "BadRequest",
                "illegal base64");
    }

    @Test
    void roleBindingsDefaultTheApiGroupAndKeepTheirRole() {
        RoleBinding created = cluster.client
                .rbac()
                .roleBindings()
                .resource(new RoleBindingBuilder()
                        .withMetadata(new ObjectMetaBuilder().withName("rb").build())
                        .withNewRoleRef()
                        .withKind("Role")
                        .withName("r")
                        .endRoleRef()
                        .build())
                .create();
        assertThat(created.getRoleRef().getApiGroup()).isEqualTo("rbac.authorization.k8s.io");
        created.getRoleRef().setName("other");
        assertFails(() -> cluster.client.resource(created).update(), 422, "Invalid", "cannot change roleRef");
    }

    @Test
    void customTypesRejectStrategicPatchesAndCoreTypesMergeListsByKey() {
        cluster.create(Widget.named("one", 1));
        PatchContext strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
        assertFails(() -> cluster.widgets().withName("one").patch(strategic, "{}"), 415, "UnsupportedMediaType");

        cluster.client.resource(Cluster.pod("p")).create();
        var pod = cluster.client
                .pods()
                .withName("p")
                .patch(strategic, "{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"busybox:2\"}]}}");
        assertThat(pod.getSpec().getContainers()).singleElement().satisfies(container -> {
            assertThat(container.getImage()).isEqualTo("busybox:2");
            assertThat(container.getTerminationMessagePath()).isNotNull();
        });
    }

    @Test
    void serverSideApplyCreatesOrMerges() {
        var map = new ConfigMapBuilder()
                .withMetadata(new ObjectMetaBuilder().withName("cm").build())
                .addToData("a", "1")
                .build();
        cluster.client.resource(map).serverSideApply();
        map.getData().put("b", "2");
        assertThat(cluster.client.resource(map).serverSideApply().getData()).containsOnlyKeys("a", "b");
        assertThat(cluster.client.configMaps().withName("cm").get().getData()).containsOnlyKeys("a", "b");
    }

    @Test
    void rejectsInvalidPods() {
        var pod = Cluster.pod("p");
        pod.getSpec().getContainers().getFirst().setImage("");
        pod.getSpec().setRestartPolicy("Sometimes");
        assertFails(
                () -> cluster.client.resource(pod).create(),
                422,
                "Invalid",
                "spec.containers[0].image: Required value",
                "spec.restartPolicy: Unsupported value: \"Sometimes\"");
        var live = cluster.client.resource(Cluster.pod("q")).create();
        live.getSpec().getContainers().getFirst().setName("other");
        assertFails(() -> cluster.client.resource(live).update(), 422, "Invalid", "pod updates may not change fields");
    }

    @Test
    void podsRequireTheirServiceAccount() {
        var pod = Cluster.pod("p");
        pod.getSpec().setServiceAccountName("robot");
        assertFails(
                () -> cluster.client.resource(pod).create(), 403, "Forbidden", "serviceaccount \"robot\" not found");
    }
}

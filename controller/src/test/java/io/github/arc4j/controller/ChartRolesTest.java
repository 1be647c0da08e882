package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The charts' roles suffice for the whole life of a scale set: installation, jobs, credential rotation, uninstallation.
 */
class ChartRolesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /**
     * Unused in these lives: {@link ChartRolesOfProcessTest} repeats Events, and {@link
     * #theRolesSufficeWithSharedListenersAndAfterThem} deletes what shared listeners leave.
     */
    private static final Pattern USED_ELSEWHERE =
            Pattern.compile("patch events( in .*)?|delete (roles|rolebindings) in controller");

    private static final Set<String> ALL_NAMESPACES = Set.of();
    private static final Set<String> SINGLE_NAMESPACE = Set.of(NAMESPACE, CONTROLLER_NAMESPACE);
    private static final ListenerShards SHARED_LISTENERS = new ListenerShards("demo-gha-rs-controller-listener", 2);

    @TempDir
    Path directory;

    @Test
    void theRolesSufficeInTheWholeCluster() throws Exception {
        try (RestrictedController controller = new RestrictedController(ALL_NAMESPACES, ListenerShards.NONE)) {
            ChartRoles roles = controller.roles("default.yaml");
            live(controller, roles);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    @Test
    void theRolesSufficeInASingleNamespaceAndNoOtherIsRead() throws Exception {
        try (RestrictedController controller = new RestrictedController(SINGLE_NAMESPACE, ListenerShards.NONE)) {
            ChartRoles roles = controller.roles("single-ns.yaml");
            live(controller, roles);
            assertNoOtherNamespaceIsRead(controller.fixture);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    @Test
    void theRolesSufficeWithSharedListenersInTheWholeCluster() throws Exception {
        try (RestrictedController controller = new RestrictedController(ALL_NAMESPACES, SHARED_LISTENERS)) {
            ChartRoles roles = ofSharedListeners(controller);
            liveWithSharedListeners(controller, roles);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    @Test
    void theRolesSufficeWithSharedListenersInASingleNamespaceAndNoOtherIsRead() throws Exception {
        try (RestrictedController controller = new RestrictedController(SINGLE_NAMESPACE, SHARED_LISTENERS)) {
            ChartRoles roles = controller.roles("single-ns-shared-listeners.yaml");
            liveWithSharedListeners(controller, roles);
            assertNoOtherNamespaceIsRead(controller.fixture);
            assertThat(roles.refused()).isEmpty();
            assertNoneIsNeedless(roles);
        }
    }

    private static ChartRoles ofSharedListeners(RestrictedController controller) throws IOException {
        return controller
                .roles("default.yaml")
                .addNamespaced(ChartRoles.CONTROLLER + "shared-listeners.yaml", CONTROLLER_NAMESPACE);
    }

    private static void assertNoOtherNamespaceIsRead(ControllerFixture fixture) {
        assertThat(fixture.kube
                        .requests()
                        .count(request -> request.userAgent().equals("controller")
                                && !Set.of(NAMESPACE, CONTROLLER_NAMESPACE).contains(request.namespace())))
                .isZero();
    }

    private static void assertNoneIsNeedless(ChartRoles roles) throws IOException {
        List<String> unused = roles.unused();
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target", "unused-permissions.txt"), unused);
        assertThat(unused).allMatch(grant -> USED_ELSEWHERE.matcher(grant).matches());
    }

    /** The roles of shared listeners, and their cleanup when each scale set has a dedicated listener again. */
    @Test
    void theRolesSufficeWithSharedListenersAndAfterThem() throws Exception {
        try (RestrictedController controller = new RestrictedController(ALL_NAMESPACES, SHARED_LISTENERS)) {
            ControllerFixture fixture = controller.fixture;
            ChartRoles shared = ofSharedListeners(controller);
            ChartRoles dedicated = controller.roles("default.yaml");
            AtomicReference<ChartRoles> roles = new AtomicReference<>(shared);
            controller.enforce(roles::get);
            controller.create(directory);
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.listeners())
                        .singleElement()
                        .satisfies(listener ->
                                assertThat(listener.getMetadata().getLabels()).containsKey(Labels.LISTENER_SHARD));
                assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE))
                        .hasSize(1);
            });
            // The label is written last, so no request for a role can arrive after the roles have changed.
            assertThat(fixture.kube
                            .requests()
                            .count(request -> request.verb().equals("patch")
                                    && Set.of("roles", "rolebindings").contains(request.resource())))
                    .isZero();
            fixture.restartController(settings -> {
                roles.set(dedicated);
                return RestrictedController.with(settings, ALL_NAMESPACES, ListenerShards.NONE);
            });
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(1);
                assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE))
                        .isEmpty();
                assertThat(fixture.list(Role.class, CONTROLLER_NAMESPACE)).isEmpty();
            });
            controller.delete("set");
            assertThat(shared.refused()).isEmpty();
            assertThat(dedicated.refused()).isEmpty();
            assertThat(dedicated.unused())
                    .doesNotContain("delete roles in controller", "delete rolebindings in controller");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyTheRolesOfAPolicyAllowTheControllerToMarkBusyRunners(boolean withPolicy) throws Exception {
        ChartRoles roles = new ChartRoles()
                .add(ChartRoles.SCALE_SET + (withPolicy ? "policy.yaml" : "tls.yaml"), NAMESPACE, "")
                .add(ChartRoles.CONTROLLER + "default.yaml", CONTROLLER_NAMESPACE, "");
        try (ControllerFixture fixture = new ControllerFixture()) {
            ChartRoles.enforce(fixture.kube.faults(), () -> roles);
            fixture.runnersEndWith("runs:1", -1);
            fixture.createScaleSet(
                    "set",
                    spec -> spec.template(ControllerFixture.template("runs:1"))
                            .policy(RunnerPolicy.builder()
                                    .disruption("protectBusy")
                                    .build()));
            await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
            fixture.requestRunners("set", 1, 1);
            await().atMost(LIMIT).until(() -> !fixture.runnerPods().isEmpty());
            fixture.client
                    .resources(EphemeralRunner.class)
                    .inNamespace(NAMESPACE)
                    .withName(fixture.runnerPods().getFirst().getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"jobId\":\"1\"}}");
            if (withPolicy) {
                await().atMost(LIMIT)
                        .until(() -> fixture.runnerPods()
                                .getFirst()
                                .getMetadata()
                                .getLabels()
                                .containsKey(Labels.BUSY));
            } else {
                await().atMost(LIMIT)
                        .until(() -> fixture.list(Event.class, NAMESPACE).stream()
                                .anyMatch(event -> event.getReason().equals("BusyMarkRefused")));
            }
        }
        if (withPolicy) {
            assertThat(roles.refused()).isEmpty();
            assertThat(roles.unused()).doesNotContain("patch pods in " + NAMESPACE);
        } else {
            assertThat(roles.refused()).singleElement().asString().startsWith("patch pods ");
        }
    }

    private void live(RestrictedController controller, ChartRoles roles) throws Exception {
        ControllerFixture fixture = controller.fixture;
        controller.enforce(() -> roles);
        fixture.runnersEndWith("runs:1", -1);
        controller.create(directory);
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.runnerPods()).hasSize(2);
            assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(1);
        });
        String listener = fixture.list(Pod.class, CONTROLLER_NAMESPACE)
                .getFirst()
                .getMetadata()
                .getUid();
        controller.rotateProxyPassword("rotated");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                        .singleElement()
                        .satisfies(pod -> assertThat(pod.getMetadata().getUid()).isNotEqualTo(listener)));
        controller.labelListenerAccount("set");
        fixture.requestRunners("set", 0, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(1));
        controller.delete("set");
    }

    /** One scale set in a shared listener, and one whose listener has a template that needs a pod. */
    private void liveWithSharedListeners(RestrictedController controller, ChartRoles roles) throws Exception {
        ControllerFixture fixture = controller.fixture;
        controller.enforce(() -> roles);
        fixture.runnersEndWith("runs:1", -1);
        controller.create(directory);
        fixture.createScaleSet(
                "templated",
                spec -> spec.listenerTemplate(new PodTemplateSpecBuilder()
                        .withNewSpec()
                        .withHostname("listener")
                        .addNewContainer()
                        .withName("listener")
                        .endContainer()
                        .endSpec()
                        .build()));
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.listeners())
                    .filteredOn(listener -> listener.getMetadata().getLabels().containsKey(Labels.LISTENER_SHARD))
                    .hasSize(1);
            assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE)).hasSize(1);
            assertThat(fixture.list(RoleBinding.class, CONTROLLER_NAMESPACE)).hasSize(1);
        });
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(2));
        controller.rotateProxyPassword("rotated");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Secret.class, CONTROLLER_NAMESPACE))
                        .anySatisfy(secret -> assertThat(secret.getData().values())
                                .anySatisfy(value -> assertThat(
                                                new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8))
                                        .contains("rotated"))));
        controller.labelListenerAccount("templated");
        controller.labelSharedListenerRoles("set");
        fixture.requestRunners("set", 0, 1);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runnerPods()).hasSize(1));
        controller.delete("set", "templated");
        assertThat(fixture.list(Role.class, CONTROLLER_NAMESPACE)).isEmpty();
    }
}

package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CONTROLLER_NAMESPACE;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.controller.autoscalinglistener.ListenerShards;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The charts' roles suffice when they are deleted together with the scale set, by an uninstallation or with their
 * namespace.
 */
class ChartRolesOfRemovalTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    /** An uninstallation deletes the roles in the scale set's namespace before the last of its objects. */
    @Test
    void theRolesSufficeWhenTheyAreDeletedWithTheScaleSet() throws Exception {
        try (RestrictedController controller = new RestrictedController(Set.of(), ListenerShards.NONE)) {
            ControllerFixture fixture = controller.fixture;
            ChartRoles roles = controller.roles("default.yaml");
            controller.enforce(() -> roles);
            controller.create(directory);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                            .hasSize(1));

            controller.deleteChartObjects();
            controller.delete("set");

            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(fixture.list(Role.class, NAMESPACE)).isEmpty();
                assertThat(fixture.list(RoleBinding.class, NAMESPACE)).isEmpty();
                assertThat(controller.chartObjects()).isEmpty();
            });
            assertThat(roles.refused()).isEmpty();
        }
    }

    /** In a namespace that is being deleted, nothing can be created that would prolong the permissions. */
    @Test
    void theDeletionOfANamespaceReportsTheFinalizerThatTheUserMustRemove() throws Exception {
        try (RestrictedController controller = new RestrictedController(Set.of(), ListenerShards.NONE)) {
            ControllerFixture fixture = controller.fixture;
            ChartRoles roles = controller.roles("default.yaml");
            createAndDeleteNamespace(controller, roles);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    fixture.scaleSet("set").getStatus().conditions())
                            .anySatisfy(condition -> {
                                assertThat(condition.getReason()).isEqualTo("FinalizerForbidden");
                                assertThat(condition.getMessage()).contains("kubectl patch -n runners role manager");
                            }));
            assertThat(fixture.list(RoleBinding.class, NAMESPACE)).isEmpty();
            // Later attempts may no longer read the Secret, which the first one has released.
            assertThat(roles.refused())
                    .contains("patch roles runners/manager")
                    .isSubsetOf("patch roles runners/manager", "get secrets runners/chart-secret");
        }
    }

    @Test
    void theDeletionOfANamespaceCompletesIfTheControllerMayPatchAllRoles() throws Exception {
        try (RestrictedController controller = new RestrictedController(Set.of(), ListenerShards.NONE)) {
            ChartRoles roles = controller
                    .roles("patch-roles.yaml")
                    .addNamespaced(ChartRoles.CONTROLLER + "default.yaml", CONTROLLER_NAMESPACE);
            createAndDeleteNamespace(controller, roles);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(controller
                                    .fixture
                                    .client
                                    .namespaces()
                                    .withName(NAMESPACE)
                                    .get())
                            .isNull());
            assertThat(roles.refused()).isEmpty();
        }
    }

    private static void createAndDeleteNamespace(RestrictedController controller, ChartRoles roles)
            throws InterruptedException {
        ControllerFixture fixture = controller.fixture;
        controller.enforce(() -> roles);
        controller.createWithChartObjects(spec -> spec.githubConfigSecret(RestrictedController.CHART_SECRET));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.list(Pod.class, CONTROLLER_NAMESPACE))
                        .hasSize(1));
        fixture.client.namespaces().withName(NAMESPACE).delete();
    }
}

package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.CREDENTIALS;
import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingListenerSpec;
import io.github.arc4j.controller.options.ReconcilerSettingsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An AutoscalingListener that a tenant creates in a namespace of theirs, for a scale set of somebody else. */
class ForeignListenerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TENANT = "tenant";
    private static final String FINALIZER = "autoscalinglistener.actions.github.com/finalizer";

    /** @param names of namespaces to watch; none for all */
    private static ControllerFixture start(Set<String> names) {
        ControllerFixture fixture = new ControllerFixture(
                UnaryOperator.identity(),
                settings -> ReconcilerSettingsBuilder.builder(settings)
                        .watchedNamespaces(names)
                        .build());
        fixture.createNamespace(TENANT);
        return fixture;
    }

    private static AutoscalingListener createForeign(ControllerFixture fixture, String namespace, String scaleSet) {
        AutoscalingListener listener = new AutoscalingListener();
        listener.getMetadata().setName("evil");
        listener.getMetadata().setNamespace(namespace);
        listener.getMetadata().setFinalizers(List.of(FINALIZER));
        listener.setSpec(AutoscalingListenerSpec.builder()
                .githubConfigUrl(fixture.github.configUrl("org/repo"))
                .githubConfigSecret(CREDENTIALS)
                .runnerScaleSetId(1)
                .autoscalingRunnerSetNamespace(NAMESPACE)
                .autoscalingRunnerSetName(scaleSet)
                .ephemeralRunnerSetName(scaleSet)
                .image("evil:1")
                .build());
        return fixture.client.resource(listener).create();
    }

    @Test
    void aForeignListenerGetsNoCredentialsAndDoesNotAffectTheScaleSet() throws Exception {
        try (ControllerFixture fixture = start(Set.of())) {
            AutoscalingListener foreign = createForeign(fixture, TENANT, "set");
            fixture.createScaleSet("set", spec -> spec.maxRunners(1));
            awaitListenerWithLimit(fixture, 1);
            fixture.client
                    .resource(fixture.scaleSet("set"))
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxRunners\":5}}");
            awaitListenerWithLimit(fixture, 5);
            fixture.awaitQuiet(Duration.ofSeconds(1));

            assertThat(fixture.list(AutoscalingListener.class, TENANT)).containsExactly(foreign);
            assertThat(fixture.list(Secret.class, TENANT)).isEmpty();
            assertThat(fixture.list(Role.class, TENANT)).isEmpty();
            assertThat(fixture.list(Role.class, NAMESPACE))
                    .noneMatch(role -> role.getMetadata().getName().equals("evil"));
            assertThat(fixture.list(RoleBinding.class, NAMESPACE))
                    .noneMatch(binding -> binding.getMetadata().getName().equals("evil"));
        }
    }

    /** The watched namespace is the tenant's as well. */
    @ParameterizedTest
    @ValueSource(strings = {"set", "gone"})
    void aForeignListenerInTheWatchedNamespaceIsIgnored(String scaleSet) throws Exception {
        try (ControllerFixture fixture = start(Set.of(NAMESPACE, ControllerFixture.CONTROLLER_NAMESPACE))) {
            AutoscalingListener foreign = createForeign(fixture, NAMESPACE, scaleSet);
            fixture.createScaleSet("set", spec -> spec.maxRunners(1));
            awaitListenerWithLimit(fixture, 1);
            fixture.awaitQuiet(Duration.ofSeconds(1));
            assertThat(fixture.list(AutoscalingListener.class, NAMESPACE)).containsExactly(foreign);
        }
    }

    /** Such as of a controller that was in another namespace before. */
    @Test
    void aForeignListenerDoesNotBlockTheDeletionOfTheScaleSet() throws Exception {
        try (ControllerFixture fixture = start(Set.of())) {
            fixture.createScaleSet("set", spec -> spec.maxRunners(1));
            awaitListenerWithLimit(fixture, 1);
            AutoscalingListener foreign = createForeign(fixture, TENANT, "set");
            fixture.client.resource(foreign).delete();
            fixture.client.resource(fixture.scaleSet("set")).delete();
            await().atMost(LIMIT).until(() -> fixture.scaleSet("set") == null);
            assertThat(fixture.list(AutoscalingListener.class, TENANT))
                    .singleElement()
                    .satisfies(left ->
                            assertThat(left.getMetadata().getFinalizers()).contains(FINALIZER));
        }
    }

    private static void awaitListenerWithLimit(ControllerFixture fixture, int maxRunners) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.listeners())
                        .singleElement()
                        .satisfies(listener -> {
                            assertThat(listener.getMetadata().getDeletionTimestamp())
                                    .isNull();
                            assertThat(listener.getSpec().maxRunners()).isEqualTo(maxRunners);
                        }));
    }
}

package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Users set labels and annotations whose keys are the controller's, in each place where they may set any. */
class ReservedKeysTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ResourceMeta OF_USER = new ResourceMeta(
            Map.of("team", "a", Labels.LISTENER_SHARD, "3", Labels.SCALE_SET_NAME, "other"),
            Map.of(
                    "note",
                    "n",
                    Annotations.LISTENER_CONFIG_HASH,
                    "mine",
                    Annotations.LEFT_SHARED_LISTENER,
                    "2026-01-01T00:00:00Z",
                    Annotations.COMPLETED_RUNNERS,
                    "set-runner-abcde",
                    Annotations.PATCH_ID,
                    "77"));

    private static PodTemplateSpec template() {
        PodTemplateSpec template = ControllerFixture.template("runs:1");
        template.setMetadata(new ObjectMetaBuilder()
                .withLabels(OF_USER.labels())
                .withAnnotations(OF_USER.annotations())
                .build());
        return template;
    }

    @Test
    void reservedKeysOfUsersAreIgnored() throws Exception {
        try (ControllerFixture fixture = new ControllerFixture()) {
            fixture.runnersEndWith("runs:1", -1);
            fixture.createScaleSet(
                    "set",
                    spec -> spec.template(template())
                            .autoscalingListener(OF_USER)
                            .listenerServiceAccountMetadata(OF_USER)
                            .listenerRoleMetadata(OF_USER)
                            .listenerRoleBindingMetadata(OF_USER)
                            .listenerConfigSecretMetadata(OF_USER)
                            .ephemeralRunnerSetMetadata(OF_USER)
                            .ephemeralRunnerMetadata(OF_USER)
                            .ephemeralRunnerConfigSecretMetadata(OF_USER));
            await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
            fixture.requestRunners("set", 1, 1);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.runnerPods())
                            .singleElement()
                            .satisfies(pod ->
                                    assertThat(pod.getStatus().getPhase()).isEqualTo("Running")));
            fixture.awaitQuiet(Duration.ofSeconds(1));

            assertHasOwnKeysOnly(fixture.listeners().getFirst().getMetadata());
            assertHasOwnKeysOnly(fixture.runnerSet("set").getMetadata());
            EphemeralRunner runner = fixture.runners().getFirst();
            assertHasOwnKeysOnly(runner.getMetadata());
            assertThat(runner.getMetadata().getAnnotations()).containsEntry(Annotations.PATCH_ID, "1");
            ObjectMeta pod = fixture.client
                    .pods()
                    .inNamespace(NAMESPACE)
                    .withName(runner.getMetadata().getName())
                    .get()
                    .getMetadata();
            assertThat(pod.getLabels()).containsEntry("team", "a").containsEntry(Labels.SCALE_SET_NAME, "set");
            assertThat(pod.getAnnotations()).containsEntry("note", "n").containsEntry(Annotations.PATCH_ID, "1");
        }
    }

    private static void assertHasOwnKeysOnly(ObjectMeta metadata) {
        assertThat(metadata.getLabels())
                .containsEntry("team", "a")
                .containsEntry(Labels.SCALE_SET_NAME, "set")
                .doesNotContainKey(Labels.LISTENER_SHARD);
        assertThat(metadata.getAnnotations())
                .containsEntry("note", "n")
                .doesNotContainKeys(
                        Annotations.LISTENER_CONFIG_HASH,
                        Annotations.LEFT_SHARED_LISTENER,
                        Annotations.COMPLETED_RUNNERS);
    }
}

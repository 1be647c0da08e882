package io.github.arc4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.simulator.ScaleSetView;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an AutoscalingRunnerSet to runners and back to nothing. */
class ScaleSetLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private ControllerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ControllerFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void aScaleSetIsRegisteredAndGetsARunnerSetAndAListener() {
        fixture.createScaleSet("set");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.github.scaleSets())
                    .extracting(ScaleSetView::name)
                    .containsExactly("set");
            assertThat(fixture.runnerSet("set")).isNotNull();
            assertThat(fixture.listeners()).hasSize(1);
            assertThat(fixture.list(Pod.class, ControllerFixture.CONTROLLER_NAMESPACE))
                    .hasSize(1);
            assertThat(fixture.scaleSet("set").getStatus().phase()).isEqualTo("Running");
            assertThat(fixture.scaleSet("set").getStatus().conditions())
                    .filteredOn(condition -> condition.getType().equals("Ready"))
                    .singleElement()
                    .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo("True"));
        });
        assertThat(fixture.scaleSet("set").getMetadata().getAnnotations())
                .containsEntry("actions.github.com/runner-scale-set-name", "set")
                .containsEntry("actions.github.com/runner-group-name", "Default")
                .containsKey("runner-scale-set-id");
    }

    @Test
    void runnersAreCreatedAndRemovedAsDesired() {
        fixture.createScaleSet("set");
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 3);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.runners())
                    .hasSize(3)
                    .allSatisfy(runner -> assertThat(runner.getStatus().phase()).isEqualTo("Running"));
            assertThat(fixture.github.runners()).hasSize(3);
            assertThat(fixture.runnerSet("set").getStatus().runningEphemeralRunners())
                    .isEqualTo(3);
        });
        fixture.requestRunners("set", 0, 0);
        await().atMost(LIMIT).untilAsserted(this::noRunnersAreLeft);
        assertThat(fixture.github.violations()).isEmpty();
    }

    @Test
    void deletionLeavesNothing() {
        fixture.createScaleSet("set");
        await().atMost(LIMIT).until(() -> fixture.runnerSet("set") != null);
        fixture.requestRunners("set", 1, 2);
        await().atMost(LIMIT).until(() -> fixture.github.runners().size() == 2);
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(fixture.scaleSet("set")).isNull();
            assertThat(fixture.list(EphemeralRunnerSet.class, ControllerFixture.NAMESPACE))
                    .isEmpty();
            assertThat(fixture.listeners()).isEmpty();
            noRunnersAreLeft();
            assertThat(fixture.github.scaleSets()).isEmpty();
            String controller = ControllerFixture.CONTROLLER_NAMESPACE;
            assertThat(fixture.list(Pod.class, controller)).isEmpty();
            assertThat(fixture.list(Secret.class, controller)).isEmpty();
            assertThat(fixture.list(ServiceAccount.class, controller))
                    .noneMatch(account -> account.getMetadata().getName().contains("listener"));
            assertThat(fixture.list(Role.class, ControllerFixture.NAMESPACE)).isEmpty();
            assertThat(fixture.list(RoleBinding.class, ControllerFixture.NAMESPACE))
                    .isEmpty();
        });
        assertThat(fixture.github.violations()).isEmpty();
    }

    private void noRunnersAreLeft() {
        assertThat(fixture.runners()).isEmpty();
        assertThat(fixture.runnerPods()).isEmpty();
        assertThat(fixture.list(Secret.class, ControllerFixture.NAMESPACE))
                .extracting(secret -> secret.getMetadata().getName())
                .containsExactly(ControllerFixture.CREDENTIALS);
        assertThat(fixture.github.runners()).isEmpty();
    }
}

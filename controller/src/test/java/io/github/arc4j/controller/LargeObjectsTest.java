package io.github.arc4j.controller;

import static io.github.arc4j.controller.ControllerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects that are larger than what the controller keeps in memory. */
@NullUnmarked
class LargeObjectsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ControllerFixture fixture = new ControllerFixture();

    @BeforeEach
    void createScaleSet() {
        fixture.runnersEndWith("runs:1", -1);
        fixture.createScaleSet("set", spec -> spec.template(template(0)));
        await().atMost(LIMIT).until(() -> fixture.listeners().size() == 1);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static PodTemplateSpec template(int bytes) {
        PodTemplateSpec template = ControllerFixture.template("runs:1");
        template.getSpec().setSchedulerName("s" + "x".repeat(bytes));
        return template;
    }

    private void edit(int bytes, int maxRunners) {
        fixture.client
                .resource(fixture.scaleSet("set"))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"maxRunners\":%d,\"template\":{\"spec\":{\"schedulerName\":\"s%s\"}}}}"
                                .formatted(maxRunners, "x".repeat(bytes)));
    }

    private String reason() {
        AutoscalingRunnerSet set = fixture.scaleSet("set");
        return Conditions.find(set.getStatus().conditions(), Conditions.READY)
                .orElseThrow()
                .getReason();
    }

    private String schedulerOfRunners() {
        return Objects.requireNonNull(
                        fixture.runnerSet("set").getSpec().ephemeralRunnerSpec().spec())
                .getSchedulerName();
    }

    @Test
    void aScaleSetThatIsTooLargeIsReportedAndKeepsItsRunners() throws Exception {
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT).until(() -> fixture.runnerPods().size() == 1);
        String runner = fixture.runners().getFirst().getMetadata().getUid();

        edit(300_000, 5);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(reason()).isEqualTo("SpecTooLarge"));
        assertThat(fixture.listeners().getFirst().getSpec().maxRunners()).isEqualTo(Integer.MAX_VALUE);
        assertThat(schedulerOfRunners()).isEqualTo("s");
        assertThat(fixture.runners())
                .extracting(kept -> kept.getMetadata().getUid())
                .containsExactly(runner);

        edit(200_000, 5);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(schedulerOfRunners()).hasSize(200_001));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                fixture.listeners().getFirst().getSpec().maxRunners())
                        .isEqualTo(5));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(reason()).isNotEqualTo("SpecTooLarge"));
    }

    @Test
    void aScaleSetThatIsTooLargeCanBeDeleted() {
        edit(300_000, 5);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(reason()).isEqualTo("SpecTooLarge"));
        fixture.client.resource(fixture.scaleSet("set")).delete();
        await().atMost(LIMIT).until(() -> fixture.scaleSet("set") == null);
        assertThat(fixture.github.scaleSets()).isEmpty();
    }

    @Test
    void aRunnerSetThatSomebodyHasEnlargedGetsNoRunners() {
        // As a listener can with a patch; its scale set would restore it.
        EphemeralRunnerSet enlarged = new EphemeralRunnerSet();
        enlarged.getMetadata().setNamespace(NAMESPACE);
        enlarged.getMetadata().setName("enlarged");
        enlarged.setSpec(fixture.runnerSet("set").getSpec().toBuilder()
                .ephemeralRunnerSpec(
                        fixture.runnerSet("set").getSpec().ephemeralRunnerSpec().withTemplate(template(600_000)))
                .replicas(3)
                .patchID(1)
                .build());
        fixture.client.resource(enlarged).create();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Conditions.find(
                                fixture.runnerSet("enlarged").getStatus().conditions(), Conditions.READY))
                        .get()
                        .satisfies(ready -> assertThat(ready.getReason()).isEqualTo("SpecTooLarge")));
        assertThat(fixture.runners()).isEmpty();
        fixture.client.resource(fixture.runnerSet("enlarged")).delete();
        await().atMost(LIMIT).until(() -> fixture.runnerSet("enlarged") == null);
    }

    @Test
    void aRunnerWithALongStatusIsNeitherForgottenNorReplaced() throws Exception {
        fixture.requestRunners("set", 1, 1);
        await().atMost(LIMIT).until(() -> fixture.runnerPods().size() == 1);
        EphemeralRunner runner = fixture.runners().getFirst();
        await().atMost(LIMIT)
                .until(() -> fixture.runners().getFirst().getStatus() != null
                        && fixture.runners().getFirst().getStatus().phase().equals("Running"));
        fixture.client
                .resource(runner)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"jobDisplayName\":\"%s\"}}".formatted("x".repeat(1_000_000)));
        fixture.awaitQuiet(Duration.ofSeconds(1));
        fixture.restartController();
        fixture.requestRunners("set", 2, 1);
        fixture.awaitQuiet(Duration.ofSeconds(1));
        assertThat(fixture.runners())
                .extracting(kept -> kept.getMetadata().getUid())
                .containsExactly(runner.getMetadata().getUid());
        assertThat(fixture.runnerPods()).hasSize(1);

        // The status of other runners is still written completely.
        fixture.requestRunners("set", 3, 2);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.runners())
                        .filteredOn(other -> !other.getMetadata()
                                .getUid()
                                .equals(runner.getMetadata().getUid()))
                        .singleElement()
                        .satisfies(other ->
                                assertThat(other.getStatus().runnerId()).isPositive()));

        fixture.requestRunners("set", 0, 0);
        await().atMost(LIMIT).until(() -> fixture.runners().isEmpty());
    }
}

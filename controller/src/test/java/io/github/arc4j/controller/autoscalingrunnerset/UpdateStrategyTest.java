package io.github.arc4j.controller.autoscalingrunnerset;

import static io.github.arc4j.controller.autoscalingrunnerset.ScaleSetFixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.autoscalingrunnerset.derived.UpdateStrategy;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When a change of the template takes effect. */
class UpdateStrategyTest {
    private static void renewTemplate(ScaleSetFixture fixture) {
        fixture.edit(spec -> spec.template(ControllerFixture.template("runner:2")));
    }

    private static String image(ScaleSetFixture fixture) {
        return Objects.requireNonNull(
                        fixture.runnerSet().getSpec().ephemeralRunnerSpec().spec())
                .getContainers()
                .getFirst()
                .getImage();
    }

    @Test
    void immediateReplacesIdleRunnersAndKeepsTheListener() throws Exception {
        try (ScaleSetFixture fixture = new ScaleSetFixture(UpdateStrategy.IMMEDIATE)) {
            fixture.createAndSettle();
            List<String> names = fixture.runnersRun(2);
            fixture.runners.jobStarts(names.getFirst());
            renewTemplate(fixture);
            fixture.pass();
            assertThat(image(fixture)).isEqualTo("runner:2");
            assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
            assertThat(fixture.runnerSet().getSpec().replicas())
                    .as("the desired number")
                    .isEqualTo(2);
            fixture.passOfRunnerSet();
            assertThat(fixture.runners.runner(names.getFirst()).isMarkedForDeletion())
                    .isFalse();
            assertThat(fixture.runners.runner(names.get(1)).isMarkedForDeletion())
                    .isTrue();
        }
    }

    @Test
    void eventualStopsTheListenerRemovesIdleRunnersAndWaitsForJobs() throws Exception {
        try (ScaleSetFixture fixture = new ScaleSetFixture(UpdateStrategy.EVENTUAL)) {
            fixture.createAndSettle();
            List<String> names = fixture.runnersRun(2);
            fixture.runners.jobStarts(names.getFirst());
            renewTemplate(fixture);
            fixture.pass();
            assertThat(fixture.listener().isMarkedForDeletion()).isTrue();
            assertThat(fixture.runnerSet().getSpec().replicas())
                    .as("while the listener may still ask for runners")
                    .isEqualTo(2);

            fixture.listenersEnd();
            fixture.passOfAll(Duration.ZERO);
            assertThat(fixture.runnerSet().getSpec().replicas()).isZero();
            assertThat(fixture.runnerSet().getSpec().patchID()).isZero();
            assertThat(fixture.runners())
                    .singleElement()
                    .satisfies(
                            runner -> assertThat(runner.getMetadata().getName()).isEqualTo(names.getFirst()));
            assertThat(fixture.conditionOf(Conditions.READY)).isEqualTo("False Draining");
            assertThat(fixture.status().phase()).isEqualTo("Pending");
            fixture.passOfAll(Duration.ofHours(2));
            assertThat(image(fixture)).isEqualTo("runner:1");
            assertThat(fixture.listeners()).isEmpty();

            fixture.github.busy.clear();
            fixture.runners.podEnds(names.getFirst(), 0);
            fixture.passOfAll(Duration.ofSeconds(2));
            fixture.passOfAll(Duration.ofSeconds(2));
            assertThat(fixture.runners()).isEmpty();
            assertThat(image(fixture)).isEqualTo("runner:2");
            assertThat(fixture.listeners()).hasSize(1);
            assertThat(fixture.status().phase()).isEqualTo("Running");
        }
    }

    @Test
    void eventualContinuesWhenTheChangeIsReverted() throws Exception {
        try (ScaleSetFixture fixture = new ScaleSetFixture(UpdateStrategy.EVENTUAL)) {
            fixture.createAndSettle();
            fixture.runners.jobStarts(fixture.runnersRun(1).getFirst());
            renewTemplate(fixture);
            fixture.pass();
            fixture.listenersEnd();
            fixture.pass();
            fixture.edit(spec -> spec.template(ControllerFixture.template("runner:1")));
            fixture.pass();
            assertThat(fixture.listeners()).hasSize(1);
            assertThat(fixture.status().phase()).isEqualTo("Running");
        }
    }

    @Test
    void eventualChangesAScaleSetWithoutRunnersImmediately() throws Exception {
        try (ScaleSetFixture fixture = new ScaleSetFixture(UpdateStrategy.EVENTUAL)) {
            fixture.createAndSettle();
            fixture.passOfRunnerSet();
            renewTemplate(fixture);
            fixture.pass();
            fixture.listenersEnd();
            fixture.pass();
            assertThat(image(fixture)).isEqualTo("runner:2");
            assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
        }
    }

    @Test
    void eventualDoesNotWaitForChangesThatAffectNoRunner() throws Exception {
        try (ScaleSetFixture fixture = new ScaleSetFixture(UpdateStrategy.EVENTUAL)) {
            fixture.create(NAME, spec -> spec.maxRunners(2));
            fixture.settle();
            fixture.runners.jobStarts(fixture.runnersRun(1).getFirst());
            fixture.edit(spec -> spec.maxRunners(5));
            fixture.pass();
            assertThat(fixture.listener().getSpec().maxRunners()).isEqualTo(5);
            assertThat(fixture.listener().isMarkedForDeletion()).isFalse();
        }
    }
}

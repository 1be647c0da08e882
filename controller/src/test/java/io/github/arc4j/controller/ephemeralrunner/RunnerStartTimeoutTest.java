package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a node may take to start a runner's pod. */
class RunnerStartTimeoutTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @BeforeEach
    void schedule() throws Exception {
        fixture.createRunner("a");
        fixture.reconcileRunner("a");
        conditionTurnsTrue("PodScheduled");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void conditionTurnsTrue(String type) {
        fixture.podReports(
                "a",
                status -> status.addNewCondition()
                        .withType(type)
                        .withStatus("True")
                        .withLastTransitionTime(fixture.now())
                        .endCondition());
    }

    private void initContainer(UnaryOperator<ContainerStateBuilder> state) {
        fixture.podReports(
                "a",
                status -> status.withInitContainerStatuses()
                        .addNewInitContainerStatus()
                        .withName("restore-cache")
                        .withState(state.apply(new ContainerStateBuilder()).build())
                        .endInitContainerStatus());
    }

    private void assertThatItIsAwaited() throws Exception {
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNotNull();
        assertThat(fixture.events).isEmpty();
    }

    private void assertThatItIsReplaced() throws Exception {
        fixture.reconcileRunner("a");
        assertThat(fixture.pod("a")).isNull();
        assertThat(fixture.status("a").reason()).isEqualTo("NotStarted");
        assertThat(fixture.events).isEqualTo(List.of("PodFailed"));
    }

    @Test
    void aPodWhoseNodeMakesNoProgressIsReplaced() throws Exception {
        fixture.pass(Duration.ofMinutes(19));
        assertThat(fixture.reconcileRunner("a"))
                .isInstanceOfSatisfying(
                        Result.RequeueAfter.class,
                        result -> assertThat(result.delay()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        assertThatItIsAwaited();
        fixture.pass(Duration.ofMinutes(1));
        assertThatItIsReplaced();
    }

    @Test
    void anInitContainerHasNoTimeLimit() throws Exception {
        initContainer(
                state -> state.withNewRunning().withStartedAt(fixture.now()).endRunning());
        fixture.pass(Duration.ofHours(5));
        assertThatItIsAwaited();
    }

    @Test
    void timeCountsFromTheLastProgress() throws Exception {
        fixture.pass(Duration.ofMinutes(15));
        initContainer(state -> state.withNewTerminated()
                .withExitCode(0)
                .withFinishedAt(fixture.now())
                .endTerminated());
        fixture.pass(Duration.ofMinutes(15));
        assertThatItIsAwaited();
        conditionTurnsTrue("Initialized");
        fixture.pass(Duration.ofMinutes(19));
        assertThatItIsAwaited();
        fixture.pass(Duration.ofMinutes(1));
        assertThatItIsReplaced();
    }
}

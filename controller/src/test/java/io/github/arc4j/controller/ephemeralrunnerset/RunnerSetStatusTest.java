package io.github.arc4j.controller.ephemeralrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.ConditionEvents;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The status of a set: counts, phase, condition and gauges. */
class RunnerSetStatusTest {
    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theStatusCountsRunnersByState() throws Exception {
        fixture.create(1, 4);
        List<String> names = fixture.names();
        fixture.runs(names.get(0));
        fixture.runsJob(names.get(1));
        fixture.fails(names.get(2), "bad");
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.status().currentReplicas()).isEqualTo(4);
        assertThat(fixture.status().pendingEphemeralRunners()).isEqualTo(1);
        assertThat(fixture.status().runningEphemeralRunners()).isEqualTo(2);
        assertThat(fixture.status().failedEphemeralRunners()).isEqualTo(1);
        assertThat(fixture.status().phase()).isEqualTo("Running");
    }

    @Test
    void runnersThatCannotStartAreReportedWithTheirNumber() throws Exception {
        fixture.create(1, 2);
        fixture.runners.reportRunner(
                fixture.names().get(0),
                status -> status.phase("Pending").reason("ImagePullFailed").message("no such image"));
        fixture.pass();
        assertThat(fixture.ready().getReason()).isEqualTo("RunnersStuck");
        assertThat(fixture.ready().getMessage())
                .startsWith("1 runner cannot start; ")
                .endsWith("no such image");
        fixture.runners.reportRunner(
                fixture.names().get(1),
                status -> status.phase("Pending").reason("ImagePullFailed").message("no such image"));
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.ready().getMessage()).startsWith("2 runners cannot start; ");
    }

    @Test
    void eachTransitionOfTheConditionIsOneEvent() throws Exception {
        fixture.create(1, 2);
        fixture.runs(fixture.names().getLast());
        fixture.fails(fixture.names().getFirst(), "bad volume");
        fixture.pass();
        fixture.runners.pass(ConditionEvents.WARNING_DELAY);
        fixture.pass();
        fixture.pass();
        fixture.runners.pass(Duration.ofMinutes(2));
        fixture.pass();
        fixture.pass();
        assertThat(fixture.runners.events).containsExactly("Scaled", "RunnersFailed", "Scaled");
    }

    /** As when GitHub answers one request of twenty with a 500, and the next try is answered. */
    @Test
    void runnersThatAreStuckForASecondAreNoEvent() throws Exception {
        fixture.create(1, 1);
        String name = fixture.names().getFirst();
        for (int i = 0; i < 3; i++) {
            fixture.runners.reportRunner(
                    name,
                    status -> status.phase("Pending")
                            .reason("GitHubRequestFailed")
                            .message("500"));
            fixture.pass();
            assertThat(fixture.ready().getReason()).isEqualTo("RunnersStuck");
            fixture.runners.pass(Duration.ofSeconds(1));
            fixture.runners.reportRunner(name, status -> status.phase("Running"));
            fixture.pass();
            assertThat(fixture.ready().getStatus()).isEqualTo("True");
            fixture.runners.pass(Duration.ofMinutes(1));
        }
        assertThat(fixture.runners.events).containsExactly("Scaled");
    }

    @Test
    void gaugesGoAlsoWithASetWhoseFinalizerSomebodyTookAway() throws Exception {
        fixture.create(1, 0);
        assertThat(fixture.gauge("pending")).isZero();
        EphemeralRunnerSet set = fixture.set();
        set.getMetadata().setFinalizers(List.of());
        fixture.runners.client.resource(set).update();
        fixture.runners.client.resource(set).delete();
        fixture.pass();
        assertThat(fixture.gauge("pending")).isNull();
    }

    @Test
    void theConditionSaysForWhichGenerationItHolds() throws Exception {
        fixture.create(1, 1);
        assertThat(fixture.ready().getObservedGeneration()).isEqualTo(1);
        fixture.request(2, 1);
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.ready().getObservedGeneration())
                .isEqualTo(fixture.set().getMetadata().getGeneration())
                .isEqualTo(fixture.status().observedGeneration());
    }

    @Test
    void aSettledSetIsNotWritten() throws Exception {
        fixture.create(1, 2);
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        String version = fixture.set().getMetadata().getResourceVersion();
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(fixture.set().getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void gaugesShowTheRunnersByStateAsLongAsTheSetLives() throws Exception {
        fixture.create(1, 4);
        List<String> names = fixture.names();
        fixture.runs(names.get(0));
        fixture.runs(names.get(1));
        fixture.fails(names.get(2), "bad");
        fixture.pass();
        assertThat(fixture.gauge("pending")).isEqualTo(1);
        assertThat(fixture.gauge("running")).isEqualTo(2);
        assertThat(fixture.gauge("failed")).isEqualTo(1);
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.set()).isNull();
        assertThat(fixture.gauge("pending")).isNull();
        assertThat(fixture.gauge("running")).isNull();
        assertThat(fixture.gauge("failed")).isNull();
    }

    @Test
    void runnersThatCannotStartAreCountedByReason() throws Exception {
        fixture.create(1, 4);
        List<String> names = fixture.names();
        fixture.runs(names.get(0));
        cannotStart(names.get(1), "QuotaExceeded");
        cannotStart(names.get(2), "QuotaExceeded");
        cannotStart(names.get(3), "Unschedulable");
        fixture.pass();
        assertThat(stuck("QuotaExceeded")).isEqualTo(2);
        assertThat(stuck("Unschedulable")).isEqualTo(1);
        fixture.runs(names.get(3));
        fixture.runners.reportRunner(names.get(3), status -> status.reason(""));
        fixture.pass();
        assertThat(stuck("Unschedulable")).isNull();
    }

    private void cannotStart(String name, String reason) {
        fixture.runners.reportRunner(name, status -> status.phase("Pending").reason(reason));
    }

    private @Nullable Double stuck(String reason) {
        return fixture.runners.metrics.getSampleValue(
                "gha_controller_stuck_ephemeral_runners",
                new String[] {"name", "namespace", "reason"},
                new String[] {"set", ReconcilerFixture.NAMESPACE, reason});
    }
}

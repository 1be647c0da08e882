package io.github.arc4j.controller.ephemeralrunnerset;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.kube.http.Fault;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A set some of whose failed runners are kept for inspection. */
class RetainedRunnersTest {
    private static final int MAX = 2;

    private final RunnerSetFixture fixture = new RunnerSetFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void create(int patchId, int replicas) throws Exception {
        fixture.create(patchId, replicas, spec -> spec.policy(policy("10m")));
    }

    private static RunnerPolicy policy(@Nullable String duration) {
        return RunnerPolicy.builder()
                .retainFailed(duration == null ? null : new FailedRunnerRetention(duration, MAX))
                .build();
    }

    private List<EphemeralRunner> retained() {
        return fixture.runners().stream()
                .filter(runner -> !runner.isMarkedForDeletion() && Retention.isRetained(runner))
                .toList();
    }

    private List<String> living() {
        return fixture.runners().stream()
                .filter(runner -> !runner.isMarkedForDeletion() && !Retention.isRetained(runner))
                .map(runner -> runner.getMetadata().getName())
                .toList();
    }

    /** The runner's pod is created and fails, and the runner's own reconciler retains it. */
    private void podFails(String name, boolean hasJob) throws Exception {
        fixture.runners.reconcileRunner(name);
        if (hasJob) {
            fixture.runners.jobStarts(name);
            fixture.runners.github.busy.clear();
        }
        fixture.runners.podEnds(name, 1);
        fixture.runners.reconcileRunner(name);
        fixture.pass();
    }

    private void pass(Duration time) throws Exception {
        fixture.runners.pass(time);
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
    }

    @Test
    void aRetainedRunnerIsNotCounted() throws Exception {
        create(1, 2);
        String failed = fixture.names().getFirst();
        podFails(failed, true);
        fixture.runners.pass(Duration.ofSeconds(5));
        fixture.pass();
        assertThat(retained()).hasSize(1);
        assertThat(fixture.status().currentReplicas()).isEqualTo(1);
        assertThat(fixture.status().failedEphemeralRunners()).isZero();
        assertThat(fixture.gauge("failed")).isZero();
        assertThat(fixture.ready().getStatus()).isEqualTo("True");
    }

    @Test
    void capacityIsUnaffectedByRetainedRunners() throws Exception {
        create(1, 2);
        for (String name : fixture.names()) {
            podFails(name, true);
        }
        assertThat(living())
                .as("their jobs are not counted in the next request")
                .isEmpty();
        fixture.requestReporting(String.join(",", fixture.names()), 2, 2);
        assertThat(living()).hasSize(2);
        assertThat(retained()).hasSize(2);
        fixture.request(0, 0);
        fixture.removalEnds();
        assertThat(living()).isEmpty();
        assertThat(retained())
                .as("runners that are no longer needed are others")
                .hasSize(2);
    }

    @Test
    void aRunnerThatFailsWithoutAJobIsReplacedAfterADelayThatGrows() throws Exception {
        create(1, 1);
        for (int seconds : List.of(5, 10, 20, 40, 80, 80)) {
            podFails(living().getFirst(), false);
            if (seconds >= 40) { // the time goes on while a busy machine reconciles
                fixture.runners.pass(Duration.ofSeconds(seconds / 4));
                fixture.pass();
                assertThat(living()).as("before " + seconds + " s").isEmpty();
                assertThat(fixture.ready().getReason()).isEqualTo("RunnersStuck");
                assertThat(fixture.ready().getMessage()).contains("exited with code 1");
            }
            pass(Duration.ofSeconds(seconds));
            assertThat(living()).as("after " + seconds + " s").hasSize(1);
            assertThat(fixture.ready().getReason()).isEqualTo("Scaled");
        }
        assertThat(retained().size()).isLessThanOrEqualTo(MAX);
    }

    /** Each request of the listener is new, but as many runners as failed keep waiting. */
    @Test
    void newRequestsDoNotCircumventTheDelay() throws Exception {
        create(1, 20);
        for (String name : fixture.names()) {
            podFails(name, false);
        }
        for (int patchId = 2; patchId < 10; patchId++) {
            fixture.request(patchId, 20);
        }
        assertThat(living().size())
                .as("replacements that waited for 5, 10 and 20 s on a busy machine")
                .isLessThanOrEqualTo(3);
        fixture.request(10, 23);
        assertThat(living().size()).as("three more are requested").isBetween(3, 6);
        pass(Duration.ofSeconds(81));
        assertThat(living()).hasSize(23);
        assertThat(retained()).hasSize(MAX);
    }

    @Test
    void waitingReplacementsAreNoSurplus() throws Exception {
        create(0, 2);
        podFails(fixture.names().getFirst(), false);
        fixture.request(0, 1);
        assertThat(living()).hasSize(1);
        pass(Duration.ofMinutes(1));
        assertThat(living()).hasSize(1);
    }

    @Test
    void aJobEndsTheGrowthOfTheDelay() throws Exception {
        create(1, 2);
        for (int i = 0; i < 4; i++) {
            podFails(living().getFirst(), false);
            pass(Duration.ofSeconds(81));
        }
        fixture.runsJob(living().getFirst());
        fixture.pass();
        podFails(living().getLast(), false);
        pass(Duration.ofSeconds(6));
        assertThat(living()).hasSize(2);
    }

    @Test
    void theLatestOnesAreKeptForALimitedTime() throws Exception {
        create(1, 3);
        List<String> names = fixture.names();
        for (String name : names) {
            podFails(name, true);
            pass(Duration.ofMinutes(1));
        }
        assertThat(retained())
                .extracting(runner -> runner.getMetadata().getName())
                .containsExactlyInAnyOrderElementsOf(names.subList(1, 3));
        pass(Duration.ofMinutes(8));
        assertThat(retained())
                .extracting(runner -> runner.getMetadata().getName())
                .containsExactly(names.get(2));
        assertThat(fixture.runners.pod(names.get(2))).isNotNull();
        pass(Duration.ofMinutes(1));
        assertThat(retained()).isEmpty();
        assertThat(fixture.runners.pod(names.get(2))).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeletionThatFailsIsRepeated(boolean afterEffect) throws Exception {
        create(1, 1);
        podFails(fixture.names().getFirst(), true);
        fixture.runners.pass(Duration.ofMinutes(10));
        Fault fault = Fault.on("delete", "ephemeralrunners");
        fixture.runners.kube.faults().inject((afterEffect ? fault.afterEffect() : fault).answer(500));
        try {
            fixture.pass();
        } catch (Exception e) {
            fixture.pass();
        }
        fixture.removalEnds();
        assertThat(fixture.runners()).isEmpty();
    }

    @Test
    void retainedRunnersAreDeletedWhenThePolicyIsSwitchedOff() throws Exception {
        create(1, 1);
        podFails(fixture.names().getFirst(), true);
        fixture.edit(spec -> spec.policy(policy(null)));
        fixture.pass();
        fixture.removalEnds();
        assertThat(fixture.runners()).isEmpty();
        assertThat(fixture.runners.client.pods().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
    }

    @Test
    void aNewTemplateReplacesRetainedRunnersAtOnce() throws Exception {
        create(1, 5);
        for (String name : fixture.names()) {
            podFails(name, false);
        }
        assertThat(living().size()).isLessThanOrEqualTo(3);
        fixture.renewTemplate();
        fixture.replace();
        assertThat(retained()).isEmpty();
        assertThat(living()).hasSize(5);
    }

    @Test
    void aSetThatIsDeletedDeletesItsRetainedRunners() throws Exception {
        create(1, 1);
        podFails(fixture.names().getFirst(), true);
        fixture.runners.client.resource(fixture.set()).delete();
        fixture.pass();
        fixture.removalEnds();
        fixture.pass();
        assertThat(fixture.runners()).isEmpty();
        assertThat(fixture.set()).isNull();
    }

    @Test
    void aRefusedRunnerVersionDoesNotEndTheRetention() throws Exception {
        create(1, 2);
        String outdated = fixture.names().getLast();
        podFails(fixture.names().getFirst(), true);
        fixture.runners.reportRunner(
                outdated, status -> status.phase("Outdated").reason("Outdated"));
        fixture.pass();
        assertThat(retained()).hasSize(1);
        pass(Duration.ofMinutes(10));
        assertThat(retained()).isEmpty();
    }

    @Test
    void aStaleCacheDoesNotReplaceARunnerTwice() throws Exception {
        create(1, 1);
        podFails(fixture.names().getFirst(), false);
        fixture.runners.pass(Duration.ofSeconds(7));
        fixture.pass();
        fixture.runners.reconcileSetWithStaleCaches("set");
        fixture.runners.reconcileSetWithStaleCaches("set");
        assertThat(living()).hasSize(1);
    }
}

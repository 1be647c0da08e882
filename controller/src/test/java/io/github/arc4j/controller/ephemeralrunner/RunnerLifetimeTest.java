package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.runners.pod.PodDeadline;
import io.github.arc4j.kube.http.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A runner with {@code policy.maxLifetime}. */
class RunnerLifetimeTest {
    private static final RunnerPolicy TWO_HOURS =
            RunnerPolicy.builder().maxLifetime("2h").build();
    private static final String STARTED = "2026-01-01T00:00:00Z";
    private static final String AT_DEADLINE = "2026-01-01T02:00:00Z";
    private static final String BEFORE_DEADLINE = "2026-01-01T01:59:59Z";

    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @BeforeEach
    void createSet() {
        fixture.createSetWithPolicy("set", TWO_HOURS);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    private void createRunning() throws Exception {
        fixture.createRunner("a");
        fixture.adopt("set", "a");
        pass();
        fixture.podRuns("a");
        pass();
    }

    private void podIsEndedByItsDeadline() {
        fixture.podReports(
                "a",
                status -> status.withPhase("Failed")
                        .withReason("DeadlineExceeded")
                        .withMessage("Pod was active on the node longer than the specified deadline"));
    }

    /** The runner's container ends, while another container of the pod is still running. */
    private void runnerExits(int exitCode, String time) {
        fixture.podReports(
                "a",
                status -> status.withStartTime(STARTED)
                        .editFirstContainerStatus()
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(exitCode)
                                .withFinishedAt(time)
                                .endTerminated()
                                .build())
                        .endContainerStatus());
    }

    @Test
    void thePodHasTheMaximumLifetimeAsItsDeadline() throws Exception {
        createRunning();
        assertThat(fixture.pod("a").getSpec().getActiveDeadlineSeconds()).isEqualTo(7200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunnerIsReplacedWithOrWithoutAJobWhenItsLifetimeEnds(boolean hasJob) throws Exception {
        createRunning();
        if (hasJob) {
            fixture.jobStarts("a");
        }
        podIsEndedByItsDeadline();
        pass();
        assertThat(fixture.runner("a") == null || fixture.runner("a").isMarkedForDeletion())
                .isTrue();
        assertThat(fixture.events).containsExactly("MaxLifetimeExceeded");
        fixture.github.busy.clear();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    /** Kubelets report the pod's reason only when all of its containers have ended. */
    @ParameterizedTest
    @ValueSource(ints = {0, 143})
    void theEndIsRecognizedBeforeThePodReportsItsReason(int exitCode) throws Exception {
        createRunning();
        fixture.jobStarts("a");
        runnerExits(exitCode, AT_DEADLINE);
        pass();
        assertThat(fixture.events).containsExactly("MaxLifetimeExceeded");
    }

    @Test
    void anExitBeforeTheDeadlineIsAFailure() throws Exception {
        createRunning();
        runnerExits(1, BEFORE_DEADLINE);
        pass();
        assertThat(fixture.events).containsExactly("PodFailed");
        assertThat(fixture.status("a").failures()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptedReplacementContinues(boolean afterEffect) throws Exception {
        for (Fault fault : List.of(Fault.on("delete", "ephemeralrunners"), Fault.on("delete", "pods"))) {
            createRunning();
            podIsEndedByItsDeadline();
            fixture.kube.faults().inject((afterEffect ? fault.afterEffect() : fault).answer(500));
            try {
                pass();
            } catch (Exception e) {
                pass();
            }
            pass();
            fixture.assertThatNothingIsLeftOf("a");
            assertThat(fixture.events).containsOnly("MaxLifetimeExceeded");
        }
    }

    /** @param ofPod seconds, if the pod has a deadline */
    @ParameterizedTest
    @CsvSource({
        "7200, , policy.maxLifetime (2h)",
        "5400, 7200, policy.maxLifetime (1h30m)",
        "7200, 7200, its activeDeadlineSeconds (2h)",
        "60, 7200, policy.maxLifetime (1m)",
        ", , its activeDeadlineSeconds",
    })
    void theMessageNamesTheSettingThatEndedThePod(@Nullable Long ofPod, @Nullable Long ofTemplate, String expected) {
        EphemeralRunner runner = new EphemeralRunner();
        PodSpec template =
                new PodSpecBuilder().withActiveDeadlineSeconds(ofTemplate).build();
        runner.setSpec(ReconcilerFixture.spec().spec(template).build());
        Pod pod = new PodBuilder()
                .withNewSpec()
                .withActiveDeadlineSeconds(ofPod)
                .endSpec()
                .build();
        assertThat(PodDeadline.describe(runner, pod)).isEqualTo("the pod was active for longer than " + expected);
    }
}

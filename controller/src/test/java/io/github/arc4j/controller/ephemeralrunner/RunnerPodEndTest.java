package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A runner whose pod ends or fails. */
class RunnerPodEndTest {
    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void pass() throws Exception {
        fixture.reconcileRunner("a");
    }

    private String podUid() {
        return fixture.pod("a").getMetadata().getUid();
    }

    /** Two reconciles: the failure is recorded and the pod deleted; then the next pod may be created. */
    private void failOnce(String reason) throws Exception {
        fixture.podIsRefused("a", reason);
        pass();
        assertThat(fixture.pod("a")).isNull();
    }

    @Test
    void exitCodeZeroEndsTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    private void passInWhichTheDeletionFails() {
        fixture.kube.faults().inject(Fault.on("delete", "ephemeralrunners").answer(500));
        assertThat(catchThrowable(this::pass)).isNotNull();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
    }

    @Test
    void aFinishedRunnerIsNotRestartedIfOnlyItsPodWasDeleted() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        passInWhichTheDeletionFails();
        assertThat(fixture.pod("a")).isNull();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.github.workFolders).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"patch, ephemeralrunners", "delete, pods", "delete, ephemeralrunners"})
    void anInterruptedRemovalContinuesLaterWithoutANewEvent(String verb, String resource) throws Exception {
        for (boolean afterEffect : List.of(false, true)) {
            fixture.createRunning("a");
            fixture.jobStarts("a");
            fixture.github.busy.clear();
            fixture.podEnds("a", 0);
            Fault fault = Fault.on(verb, resource);
            fixture.kube.faults().inject((afterEffect ? fault.afterEffect() : fault).answer(500));
            assertThat(catchThrowable(this::pass)).isNotNull();
            pass();
            fixture.assertThatNothingIsLeftOf("a");
            assertThat(fixture.events).isEmpty();
        }
    }

    @Test
    void finalizersRemovedFromARunnerWithAJobAreRestored() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.client.resource(fixture.runner("a")).edit(runner -> {
            runner.getMetadata().setFinalizers(List.of());
            return runner;
        });
        pass();
        assertThat(fixture.runner("a").getMetadata().getFinalizers()).hasSize(2);
        assertThat(fixture.pod("a")).isNotNull();
    }

    @Test
    void aForeignFinalizerIsRespected() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.client.resource(fixture.runner("a")).edit(runner -> {
            runner.getMetadata().getFinalizers().add("example.com/audit");
            return runner;
        });
        fixture.podEnds("a", 0);
        pass();
        assertThat(fixture.pod("a")).isNull();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.runner("a").getMetadata().getFinalizers()).containsExactly("example.com/audit");
        pass();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void withoutARecordedJobThePodIsKeptUntilItsRunnerIsBeingDeleted() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.podEnds("a", 0);
        passInWhichTheDeletionFails();
        assertThat(fixture.pod("a")).isNotNull();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.github.workFolders).hasSize(1);
    }

    @Test
    void exitCodeZeroIsASuccessEvenIfASidecarFails() throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", "Failed", 0);
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void theRunnersEndCountsEvenIfASidecarIsStillRunning() throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", "Running", 0);
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void theRunnersFailureCountsEvenIfASidecarIsStillRunning() throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", "Running", 3);
        pass();
        assertThat(fixture.status("a").failures()).hasSize(1);
        assertThat(fixture.pod("a")).isNull();
    }

    @Test
    void aSucceededPodWithoutContainerStatusHasNotEnded() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.podReports("a", status -> status.withPhase("Succeeded").withContainerStatuses());
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
    }

    @Test
    void aFailureWithoutAJobIsRecordedAndDelaysTheNextPod() throws Exception {
        fixture.createRunning("a");
        String uid = podUid();
        long registration = fixture.github.idOf("a");
        fixture.podEnds("a", 3);
        pass();
        assertThat(fixture.status("a").failures()).containsOnlyKeys(uid);
        assertThat(fixture.status("a").message()).contains("3");
        assertThat(fixture.events).containsExactly("PodFailed");
        assertThat(fixture.pod("a")).isNull();
        pass();
        assertThat(fixture.pod("a")).isNull();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(podUid()).isNotEqualTo(uid);
        assertThat(fixture.github.idOf("a")).isNotEqualTo(registration);
    }

    @Test
    void theDelayGrowsWithEachFailureAndTheSixthEndsTheRunner() throws Exception {
        fixture.createRunner("a");
        pass();
        for (int seconds : List.of(5, 10, 20, 40, 80)) {
            failOnce("Error");
            Result rest = fixture.reconcileRunner("a");
            assertThat(((Result.RequeueAfter) rest).delay())
                    .isBetween(Duration.ofSeconds(seconds - 4), Duration.ofSeconds(seconds));
            fixture.pass(Duration.ofSeconds(seconds));
            pass();
            assertThat(fixture.pod("a")).isNotNull();
        }
        assertThat(fixture.status("a").failures()).hasSize(5);
        fixture.podIsRefused("a", "Error");
        pass();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).endsWith("TooManyPodFailures");
    }

    @Test
    void theStatusShowsTheExitCodeTheReasonAndTheLastLinesOfTheLog() throws Exception {
        fixture.createRunning("a");
        fixture.podReports(
                "a",
                status -> status.withPhase("Failed")
                        .editFirstContainerStatus()
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(137)
                                .withReason("OOMKilled")
                                .withMessage("Listening for Jobs\n\u202eKilled\n")
                                .endTerminated()
                                .build())
                        .endContainerStatus());
        pass();
        String expected = "the runner exited with code 137 (OOMKilled): Listening for Jobs | \\u202eKilled";
        assertThat(fixture.status("a").reason()).isEqualTo("OOMKilled");
        assertThat(fixture.status("a").message()).isEqualTo(expected);
        assertThat(fixture.status("a").conditions())
                .singleElement()
                .satisfies(ready -> assertThat(ready.getMessage()).isEqualTo(expected));
    }

    @Test
    void aPodThatFailsWithAJobEndsTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 1);
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aFailedInitContainerIsAFailureBeforeThePodIsFailed() throws Exception {
        fixture.createRunner("a");
        pass();
        initContainerEnds(2);
        pass();
        assertThat(fixture.status("a").failures()).hasSize(1);
    }

    @Test
    void aFailedInitContainerEndsARunnerWithAJob() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.jobStarts("a");
        initContainerEnds(2);
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        fixture.github.busy.clear();
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRestartingSidecarIsNotAFailure() throws Exception {
        PodTemplateSpec template = new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                .editSpec()
                .addNewInitContainer()
                .withName("init")
                .withImage("dind:1")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
        fixture.createRunner("a", spec -> spec.metadata(template.getMetadata()).spec(template.getSpec()));
        pass();
        initContainerEnds(2);
        fixture.pass(Duration.ofSeconds(10));
        pass();
        assertThat(fixture.status("a").failures()).isEmpty();
    }

    private void initContainerEnds(int exitCode) {
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .addNewInitContainerStatus()
                        .withName("init")
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(exitCode)
                                .endTerminated()
                                .build())
                        .endInitContainerStatus());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Failed", "Running"})
    void exitCodeSevenMakesTheRunnerOutdatedAndDeregistersIt(String phase) throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", phase, 7);
        pass();
        assertThat(fixture.status("a").phase()).isEqualTo("Outdated");
        assertThat(fixture.status("a").reason()).isEqualTo("Outdated");
        assertThat(fixture.status("a").message()).startsWith("Runner is deprecated");
        assertThat(fixture.events).containsExactly("Outdated");
        assertThat(fixture.github.registered).isEmpty();
        pass();
        assertThat(fixture.pod("a")).isNull();
        assertThat(fixture.runner("a")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Evicted", "OutOfcpu", "OutOfpods", "Preempting", "NodeShutdown", "NodeLost"})
    void aFailureOfTheNodeIsNotAFailureOfTheRunner(String reason) throws Exception {
        fixture.createRunning("a");
        String uid = podUid();
        failOnce(reason);
        assertThat(fixture.status("a").failures()).isEmpty();
        pass();
        assertThat(podUid()).isNotEqualTo(uid);
    }

    @Test
    void repeatedRefusalsOfANodeAreRetriedWithBackoff() throws Exception {
        fixture.createRunner("a");
        pass();
        failOnce("OutOfpods");
        pass();
        failOnce("OutOfpods");
        pass();
        assertThat(fixture.pod("a")).isNull();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        failOnce("OutOfpods");
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(fixture.pod("a")).isNull();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(fixture.pod("a")).isNotNull();
    }
}

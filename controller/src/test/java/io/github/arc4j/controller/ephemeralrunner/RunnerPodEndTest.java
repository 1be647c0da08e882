package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.ErrorDetails;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.runtime.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a runner when its pod runs, ends, fails or vanishes. */
class RunnerPodEndTest {
    private ReconcilerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new ReconcilerFixture();
    }

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

    /** Two passes: the failure is recorded and the pod deleted, then the next pod may be made. */
    private void failOnce(String reason) throws Exception {
        fixture.podIsRefused("a", reason);
        pass();
        assertThat(fixture.pod("a")).isNull();
    }

    private void runnerIsGone() {
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.pod("a")).isNull();
        assertThat(fixture.client.secrets().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void theStatusFollowsTheRunningContainerAndTheLatestReadyCondition() throws Exception {
        fixture.createRunner("a");
        pass();
        assertThat(fixture.status("a").phase()).isEmpty();
        fixture.podRuns("a");
        pass();
        assertThat(fixture.status("a").phase()).isEqualTo("Running");
        assertThat(fixture.status("a").ready()).isFalse();
        readyConditions();
        pass();
        assertThat(fixture.status("a").ready()).isTrue();
    }

    private void readyConditions() {
        fixture.podReports(
                "a",
                status -> status.withConditions()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime("2026-01-01T00:00:02Z")
                        .endCondition()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("False")
                        .withLastTransitionTime("2026-01-01T00:00:01Z")
                        .endCondition());
    }

    @Test
    void aPodThatTakesLongToStartIsReportedAsPending() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.pass(Duration.ofSeconds(10));
        pass();
        assertThat(fixture.status("a").phase()).isEqualTo("Pending");
        assertThat(fixture.status("a").runnerId()).isEqualTo(fixture.github.idOf("a"));
    }

    @Test
    void exitCodeZeroEndsTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        pass();
        runnerIsGone();
    }

    @Test
    void exitCodeZeroIsASuccessEvenIfASideCarFails() throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", "Failed", 0);
        pass();
        runnerIsGone();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void aSucceededPodWithoutItsContainersStatusIsNoEnd() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.podReports("a", status -> status.withPhase("Succeeded").withContainerStatuses());
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
    }

    @Test
    void aPodThatFailsWithoutAJobIsRecordedAndTheNextWaits() throws Exception {
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
    void theWaitGrowsWithEachFailureAndTheSixthEndsTheRunner() throws Exception {
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
        runnerIsGone();
        assertThat(fixture.events).endsWith("TooManyPodFailures");
    }

    @Test
    void aPodThatFailsWithAJobEndsTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 1);
        pass();
        runnerIsGone();
    }

    @Test
    void anInitContainerThatFailsIsAFailureBeforeThePodIsFailed() throws Exception {
        fixture.createRunner("a");
        pass();
        initContainerEnds(2);
        pass();
        assertThat(fixture.status("a").failures()).hasSize(1);
    }

    @Test
    void aSideCarThatRestartsIsNoFailure() throws Exception {
        PodTemplateSpec template = new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                .editSpec()
                .addNewInitContainer()
                .withName("init")
                .withImage("dind:1")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
        fixture.createRunner("a", spec -> spec.template(template));
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
    @ValueSource(strings = {"Evicted", "OutOfcpu", "OutOfpods", "Preempting", "NodeShutdown", "NodeLost"})
    void whatTheNodeDoesIsNoFailureOfTheRunner(String reason) throws Exception {
        fixture.createRunning("a");
        String uid = podUid();
        failOnce(reason);
        assertThat(fixture.status("a").failures()).isEmpty();
        pass();
        assertThat(podUid()).isNotEqualTo(uid);
    }

    @Test
    void aNodeThatRefusesAgainAndAgainIsAskedMoreAndMoreSlowly() throws Exception {
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

    @Test
    void exitCodeSevenMakesTheRunnerOutdatedAndTakesItOffGitHub() throws Exception {
        fixture.createRunning("a");
        fixture.podEnds("a", 7);
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

    @Test
    void aPodThatIsGoneWithoutAJobIsReplacedWithANewRegistration() throws Exception {
        fixture.createRunning("a");
        long registration = fixture.github.idOf("a");
        fixture.deletePod("a");
        pass();
        assertThat(fixture.pod("a")).isNotNull();
        assertThat(fixture.github.removals).containsExactly(registration);
        assertThat(fixture.status("a").failures()).isEmpty();
    }

    @Test
    void aPodThatIsGoneWithAJobReplacesTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.jobStarts("a");
        fixture.deletePod("a");
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.events).containsExactly("PodLost");
        fixture.github.busy.clear();
        pass();
        runnerIsGone();
    }

    @Test
    void aPodThatIsGoneWhileGitHubStillWaitsForItsJobReplacesTheRunner() throws Exception {
        fixture.createRunning("a");
        fixture.github.busy.add("a"); // the listener has not told yet
        fixture.deletePod("a");
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
        assertThat(fixture.events).containsExactly("JobLost");
    }

    @Test
    void aPodThatOnlyTheCacheDoesNotKnowIsLeftAlone() throws Exception {
        fixture.createRunning("a");
        Pod pod = fixture.pod("a");
        fixture.deletePod("a");
        fixture.sync();
        fixture.client
                .resource(new PodBuilder(pod)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create();
        assertThat(fixture.reconcileRunnerWithStaleCaches("a")).isEqualTo(Result.after(Duration.ofSeconds(5)));
        assertThat(fixture.github.removals).isEmpty();
    }

    @Test
    void aPodBeingDeletedIsWaitedForUnlessItsNodeNeverEndsIt() throws Exception {
        fixture.createRunning("a");
        fixture.holdPod("a");
        fixture.deletePod("a");
        Result rest = fixture.reconcileRunner("a");
        assertThat(rest).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofMinutes(2));
        pass();
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).containsExactly("PodStuckTerminating");
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void aFailedPodThatNeverGoesIsWaitedForAMinuteBeyondItsGracePeriod() throws Exception {
        fixture.createRunning("a");
        fixture.holdPod("a");
        fixture.podEnds("a", 3);
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.status("a").failures()).hasSize(1);
        assertThat(fixture.reconcileRunner("a")).isInstanceOf(Result.RequeueAfter.class);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofMinutes(2));
        pass();
        assertThat(fixture.runner("a")).isNull();
        assertThat(fixture.events).containsExactly("PodFailed", "PodStuckTerminating");
        assertThat(fixture.github.registered).isEmpty();
    }

    @Test
    void aNodeThatDoesNotStartThePodForTwentyMinutesGetsAnother() throws Exception {
        fixture.createRunner("a");
        pass();
        String uid = podUid();
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("True")
                        .withLastTransitionTime(Instant.now().toString())
                        .endCondition());
        fixture.pass(Duration.ofMinutes(19));
        pass();
        assertThat(podUid()).isEqualTo(uid);
        fixture.pass(Duration.ofMinutes(1));
        pass();
        pass();
        assertThat(podUid()).isNotEqualTo(uid);
        assertThat(fixture.status("a").failures()).isEmpty();
    }

    @Test
    void aJitSecretThatIsDeletedBeforeThePodStartsIsMadeAnew() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.client.secrets().inNamespace(NAMESPACE).withName("a").delete();
        waitsFor("CreateContainerConfigError", "secret \"a\" not found");
        pass();
        pass();
        assertThat(fixture.client.secrets().inNamespace(NAMESPACE).withName("a").get())
                .isNotNull();
        assertThat(fixture.pod("a").getStatus().getContainerStatuses()).isEmpty();
    }

    private void waitsFor(String reason, String message) {
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("runner")
                        .withState(new ContainerStateBuilder()
                                .withNewWaiting(message, reason)
                                .build())
                        .endContainerStatus());
    }

    @Test
    void anImageThatCannotBePulledIsToldOnceHoweverOftenTheKubeletTries() throws Exception {
        fixture.createRunner("a");
        pass();
        for (String reason : List.of("ErrImagePull", "ImagePullBackOff", "ErrImagePull")) {
            waitsFor(reason, "no such image");
            pass();
        }
        assertThat(fixture.status("a").phase()).isEqualTo("Pending");
        assertThat(fixture.status("a").reason()).isEqualTo("ImagePullFailed");
        assertThat(fixture.events).containsExactly("ImagePullFailed");
        fixture.podRuns("a");
        pass();
        assertThat(fixture.status("a").reason()).isEmpty();
    }

    @Test
    void aPodThatNoNodeCanTakeIsTold() throws Exception {
        fixture.createRunner("a");
        pass();
        fixture.podReports(
                "a",
                status -> status.withPhase("Pending")
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")
                        .withMessage("0/3 nodes")
                        .endCondition());
        pass();
        assertThat(fixture.status("a").reason()).isEqualTo("Unschedulable");
        assertThat(fixture.status("a").message()).isEqualTo("0/3 nodes");
        assertThat(fixture.events).containsExactly("Unschedulable");
    }

    @Test
    void anIdleRunnerThatGitHubForgotIsReplacedOnceThatIsConfirmed() throws Exception {
        fixture.createRunning("a");
        fixture.github.registered.clear();
        pass();
        fixture.pass(Duration.ofMinutes(10));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(1)));
        fixture.pass(Duration.ofMinutes(1));
        pass();
        runnerIsGone();
        assertThat(fixture.events).containsExactly("RegistrationLost");
    }

    @Test
    void anIdleRunnerIsKeptWhileGitHubKnowsItOrCannotBeAsked() throws Exception {
        fixture.createRunning("a");
        fixture.pass(Duration.ofMinutes(10));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(10)));
        fixture.pass(Duration.ofMinutes(10));
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(1)));
            fixture.pass(Duration.ofMinutes(1));
        }
        assertThat(fixture.status("a").phase()).isEqualTo("Running");
        assertThat(fixture.events).isEmpty();
    }
}

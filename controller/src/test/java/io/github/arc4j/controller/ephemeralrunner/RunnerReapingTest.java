package io.github.arc4j.controller.ephemeralrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.runtime.CapturedLog;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runners whose pods run, but which are of no use any more: after their job, or because they never get one. */
class RunnerReapingTest {
    private static final RunnerPolicy POLICY =
            RunnerPolicy.builder().endGrace("20s").onlineTimeout("40s").build();

    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @BeforeEach
    void createSet() {
        fixture.createSetWithPolicy("set", POLICY);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void createRunning() throws Exception {
        fixture.createRunner("a");
        fixture.adopt("set", "a");
        pass();
        fixture.podRuns("a");
        fixture.pass(Duration.ofSeconds(4)); // usually the listener reports a job earlier
        pass();
    }

    private void createBusy() throws Exception {
        createRunning();
        fixture.jobStarts("a");
        pass();
    }

    private Result pass() throws Exception {
        return fixture.reconcileRunner("a");
    }

    /** GitHub ends the job and removes the runner, as it does; the listener reports it. */
    private void jobCompletes(String jobId) {
        long id = fixture.github.idOf("a");
        fixture.github.jobEnds("a");
        fixture.reportCompleted("set", "a:%d:%s".formatted(id, jobId));
    }

    private void setStatus(RunnerStatus status) {
        fixture.github.registered.computeIfPresent(
                "a", (name, runner) -> new Runner(runner.id(), name, runner.runnerScaleSetId(), status));
    }

    private double reaped(String reason) {
        Double value = fixture.metrics.getSampleValue(
                "gha_controller_runners_reaped_total",
                new String[] {"name", "namespace", "reason"},
                new String[] {"set", ReconcilerFixture.NAMESPACE, reason});
        return value == null ? 0 : value;
    }

    @Test
    void aRunnerThatDoesNotExitAfterItsJobIsDeletedAfterTheGracePeriod() throws Exception {
        createBusy();
        jobCompletes("job");
        pass();
        assertThat(fixture.status("a").conditions())
                .noneMatch(condition -> condition.getType().equals("JobCompleted"));

        fixture.pass(Duration.ofSeconds(5));
        pass();
        assertThat(Conditions.isTrue(fixture.status("a").conditions(), "JobCompleted"))
                .isTrue();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();

        fixture.pass(Duration.ofSeconds(15));
        try (CapturedLog log = CapturedLog.of(EphemeralRunnerReconciler.class.getPackage())) {
            pass();
            assertThat(log.messages())
                    .containsExactly(
                            "The runner's job has finished",
                            "Deleted the runner to replace it: its job has completed, but it has not exited");
        }
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("RunnerDidNotExit");
        assertThat(reaped("RunnerDidNotExit")).isEqualTo(1);
    }

    @Test
    void aRunnerThatExitsInTimeCausesNoRequest() throws Exception {
        createBusy();
        jobCompletes("job");
        pass();
        String version = fixture.runner("a").getMetadata().getResourceVersion();
        fixture.pass(Duration.ofSeconds(4));
        pass();
        assertThat(fixture.runner("a").getMetadata().getResourceVersion()).isEqualTo(version);
        fixture.podEnds("a", 0);
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).isEmpty();
        assertThat(reaped("RunnerDidNotExit")).isZero();
    }

    @Test
    void theStatusRemembersTheCompletionWhenTheReportIsGone() throws Exception {
        createBusy();
        jobCompletes("job");
        pass();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        fixture.reportCompleted("set", "other:1:other");
        fixture.restart();
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofSeconds(20));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void theCompletionOfAnotherJobOrRegistrationEndsNothing() throws Exception {
        createBusy();
        long id = fixture.github.idOf("a");
        for (String report : new String[] {"a:%d:another".formatted(id), "a:%d:job".formatted(id + 1), "aa:1:job"}) {
            fixture.reportCompleted("set", report);
            pass();
            fixture.pass(Duration.ofMinutes(2));
            pass();
        }
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.status("a").conditions())
                .extracting(condition -> condition.getType())
                .containsExactly("Ready");
    }

    @Test
    void aRunnerOfWhichGitHubKnowsAJobIsNotTouchedWhateverWasReported() throws Exception {
        createBusy();
        fixture.reportCompleted("set", "a:%d:job".formatted(fixture.github.idOf("a")));
        pass();
        fixture.pass(Duration.ofMinutes(1));
        pass();
        pass();
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.github.registered).containsKey("a");

        fixture.github.jobEnds("a");
        fixture.pass(Duration.ofMinutes(1));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void anotherJobThatIsReportedMeanwhileIsNotCoveredByTheCompletion() throws Exception {
        createBusy();
        jobCompletes("job");
        pass();
        fixture.pass(Duration.ofSeconds(5));
        fixture.reportRunner("a", status -> status.jobId("next"));
        assertThatThrownBy(() -> fixture.reconcileRunnerWithStaleCaches("a"))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        pass();
        assertThat(Conditions.isTrue(fixture.status("a").conditions(), "JobCompleted"))
                .isFalse();
    }

    @Test
    void aRunnerWithAJobThatGitHubNoLongerKnowsIsReplacedAfterConfirmation() throws Exception {
        createBusy();
        fixture.github.jobEnds("a"); // and the report is lost
        fixture.pass(Duration.ofMinutes(29));
        pass();
        assertThat(fixture.github.lookups).isZero();
        fixture.pass(Duration.ofMinutes(1));
        assertThat(pass()).isEqualTo(Result.after(Duration.ofSeconds(20)));
        assertThat(fixture.github.lookups).isEqualTo(1);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        fixture.pass(Duration.ofSeconds(20));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("RegistrationLost");
        assertThat(reaped("RegistrationLost")).isEqualTo(1);
    }

    @Test
    void aNewProcessChecksRunnersWithJobsWithinMinutes() throws Exception {
        createBusy();
        fixture.github.jobEnds("a");
        fixture.pass(Duration.ofSeconds(2));
        fixture.restart();
        pass();
        fixture.pass(Duration.ofMinutes(1));
        pass();
        fixture.pass(Duration.ofMinutes(1));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aRunnerThatNeverComesOnlineIsReplacedAfterTheTimeoutAndConfirmation() throws Exception {
        createRunning();
        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(30));
        pass();
        assertThat(fixture.github.lookups).isZero();
        fixture.pass(Duration.ofSeconds(11));
        assertThat(pass()).isEqualTo(Result.after(Duration.ofSeconds(10)));
        assertThat(Conditions.has(fixture.status("a").conditions(), "Online", false, "RunnerOffline"))
                .isTrue();
        fixture.pass(Duration.ofSeconds(10));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
        assertThat(fixture.events).containsExactly("RunnerOffline");
        assertThat(reaped("RunnerOffline")).isEqualTo(1);
    }

    @Test
    void aRunnerThatLosesItsConnectionHasTheTimeoutToComeBack() throws Exception {
        createRunning();
        setStatus(RunnerStatus.ONLINE);
        fixture.pass(Duration.ofSeconds(41));
        assertThat(pass()).isEqualTo(Result.after(Duration.ofSeconds(40)));
        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(40));
        pass();
        fixture.pass(Duration.ofSeconds(38));
        pass();
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();

        setStatus(RunnerStatus.ONLINE);
        fixture.pass(Duration.ofSeconds(40));
        pass();
        assertThat(Conditions.isTrue(fixture.status("a").conditions(), "Online"))
                .isTrue();

        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(40));
        pass();
        fixture.pass(Duration.ofSeconds(41));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void theTimeSinceWhenARunnerIsOfflineSurvivesARestart() throws Exception {
        createRunning();
        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(41));
        pass();
        fixture.restart();
        fixture.pass(Duration.ofSeconds(5));
        pass();
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void anOfflineRunnerThatHasJustGotAJobIsKept() throws Exception {
        createRunning();
        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(41));
        pass();
        fixture.github.busy.add("a"); // not yet reported by the listener
        fixture.pass(Duration.ofSeconds(20));
        pass();
        assertThat(fixture.pod("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.github.registered).containsKey("a");
    }

    @Test
    void aRunnerIsKeptIfGitHubDoesNotReportWhetherItIsOnline() throws Exception {
        createRunning();
        for (int i = 0; i < 5; i++) {
            fixture.pass(Duration.ofMinutes(1));
            pass();
        }
        assertThat(fixture.github.lookups).isEqualTo(5);
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void noRunnerIsReplacedWhileGitHubIsUnreachable() throws Exception {
        createRunning();
        setStatus(RunnerStatus.OFFLINE);
        fixture.pass(Duration.ofSeconds(41));
        pass();
        fixture.github.failWith(new ConnectionException("no route", ErrorDetails.NONE, null));
        for (int i = 0; i < 3; i++) {
            fixture.pass(Duration.ofMinutes(1));
            pass();
        }
        assertThat(fixture.runner("a").isMarkedForDeletion()).isFalse();
    }

    @Test
    void checksKeepAPaceWhateverTheNumberOfRunners() throws Exception {
        for (int i = 0; i < 5; i++) {
            fixture.createRunning("r" + i);
        }
        fixture.pass(Duration.ofMinutes(11));
        for (int i = 0; i < 5; i++) {
            fixture.reconcileRunner("r" + i);
        }
        assertThat(fixture.github.lookups).isLessThan(5);
        fixture.pass(Duration.ofSeconds(3));
        for (int i = 0; i < 5; i++) {
            fixture.reconcileRunner("r" + i);
        }
        assertThat(fixture.github.lookups).isEqualTo(5);
    }
}

package io.github.arc4j.controller.ephemeralrunner.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The verdicts about a runner, given its status, its pod and the time. */
class RunnerRulesTest {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = CREATED.plusSeconds(60);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(20);
    private static final long RUNNER_ID = 7;
    private static final String POD_UID = "pod-uid";

    private static EphemeralRunner runner(UnaryOperator<EphemeralRunnerStatusBuilder> status) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName("runner");
        runner.getMetadata().setNamespace("runners");
        runner.getMetadata().setCreationTimestamp(CREATED.toString());
        runner.setStatus(status.apply(EphemeralRunnerStatus.EMPTY.toBuilder()).build());
        return runner;
    }

    private static EphemeralRunnerStatusBuilder onRecord(EphemeralRunnerStatusBuilder status) {
        return status.runnerId(RUNNER_ID).phase(Phase.PENDING);
    }

    private static EphemeralRunnerStatusBuilder withJob(EphemeralRunnerStatusBuilder status) {
        return onRecord(status).phase(Phase.RUNNING).jobId("job");
    }

    private static Pod pod(PodStatus status) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("runner")
                .withUid(POD_UID)
                .withCreationTimestamp(CREATED.toString())
                .addToAnnotations(Annotations.RUNNER_ID, Long.toString(RUNNER_ID))
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withStatus(status)
                .build();
    }

    private static Pod starting() {
        return pod(new PodStatusBuilder().withPhase("Pending").build());
    }

    private static Pod scheduled() {
        return pod(new PodStatusBuilder()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("True")
                .withLastTransitionTime(CREATED.toString())
                .endCondition()
                .build());
    }

    private static Pod running(Instant since) {
        return pod(new PodStatusBuilder()
                .withPhase("Running")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewRunning(since.toString())
                .endState()
                .endContainerStatus()
                .build());
    }

    private static Pod waiting(String reason) {
        return pod(new PodStatusBuilder()
                .withPhase("Pending")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewWaiting("why", reason)
                .endState()
                .endContainerStatus()
                .build());
    }

    private static Pod ended(int exitCode) {
        return pod(new PodStatusBuilder()
                .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withReason(exitCode == 137 ? "OOMKilled" : "Error")
                .endTerminated()
                .endState()
                .endContainerStatus()
                .build());
    }

    private static Pod deleted(Pod pod, Instant graceEnds) {
        return pod.edit()
                .editMetadata()
                .withDeletionTimestamp(graceEnds.toString())
                .endMetadata()
                .build();
    }

    private static RunnerFacts facts(EphemeralRunner runner, @Nullable Pod pod, Instant now) {
        return new RunnerFacts(
                runner, pod, now, START_TIMEOUT, Duration.ZERO, false, false, RunnerPolicy.DEFAULT, null, Map.of());
    }

    private static Decision decide(EphemeralRunner runner, @Nullable Pod pod, Instant now) {
        return RunnerRules.decide(facts(runner, pod, now));
    }

    private static void assertEnds(Decision verdict, RunnerEnding ending, String message) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.End.class, end -> {
            assertThat(end.ending()).isEqualTo(ending);
            assertThat(end.message()).contains(message);
        });
    }

    private static Map<String, Instant> failures(int number) {
        return IntStream.range(0, number).boxed().collect(Collectors.toMap(i -> "failed-" + i, i -> CREATED));
    }

    @Test
    void aNewRunnerStarts() {
        assertThat(decide(runner(status -> status), null, CREATED)).isEqualTo(new Verdict.Start());
    }

    @Test
    void theNextPodWaitsForTheLongerDelay() {
        EphemeralRunner failedTwice = runner(status -> status.failures(failures(2)));
        assertThat(decide(failedTwice, null, CREATED)).isEqualTo(new Verdict.Wait(Duration.ofSeconds(10)));
        RunnerFacts disrupted = new RunnerFacts(
                failedTwice,
                null,
                CREATED,
                START_TIMEOUT,
                Duration.ofSeconds(40),
                false,
                false,
                RunnerPolicy.DEFAULT,
                null,
                Map.of());
        assertThat(RunnerRules.decide(disrupted)).isEqualTo(new Verdict.Wait(Duration.ofSeconds(40)));
        assertThat(decide(failedTwice, null, LATER)).isEqualTo(new Verdict.Start());
    }

    @Test
    void aRunnerWithMoreThanFiveFailedPodsIsReplaced() {
        assertThat(decide(runner(status -> status.failures(failures(5))), null, LATER.plusSeconds(60)))
                .isEqualTo(new Verdict.Start());
        assertEnds(
                decide(runner(status -> status.failures(failures(6))), null, LATER),
                RunnerEnding.TOO_MANY_POD_FAILURES,
                "6 pods");
    }

    @Test
    void aRecordedFailedPodIsDeletedFirst() {
        EphemeralRunner recorded = runner(status -> status.failures(Map.of(POD_UID, CREATED)));
        assertThat(decide(recorded, ended(1), LATER)).isEqualTo(new Verdict.DeleteFailedPod());
        assertThat(decide(recorded, deleted(ended(1), LATER), LATER))
                .isEqualTo(new Verdict.Wait(PodState.TERMINATION_TIMEOUT));
    }

    @Test
    void aSlowlyStartingPodIsReported() {
        EphemeralRunner fresh = runner(status -> status);
        assertThat(decide(fresh, starting(), CREATED)).isEqualTo(new Verdict.Wait(ReportDelay.STARTING));
        assertThat(decide(fresh, starting(), LATER)).isEqualTo(new Verdict.ReportStarting(new Verdict.Keep()));
        assertThat(decide(runner(RunnerRulesTest::onRecord), starting(), LATER)).isEqualTo(new Verdict.Keep());
    }

    private static Decision decideWhileBusy(Pod pod, Instant now) {
        return RunnerRules.decide(new RunnerFacts(
                runner(status -> status),
                pod,
                now,
                START_TIMEOUT,
                Duration.ZERO,
                false,
                true,
                RunnerPolicy.DEFAULT,
                null,
                Map.of()));
    }

    @Test
    void aBusyApiServerDelaysReports() {
        assertThat(decideWhileBusy(starting(), CREATED)).isEqualTo(new Verdict.Wait(ReportDelay.BUSY_RETRY));
        assertThat(decideWhileBusy(running(CREATED), CREATED.plusSeconds(4)))
                .isEqualTo(new Verdict.Wait(ReportDelay.BUSY_RETRY));
        assertThat(decideWhileBusy(running(CREATED), CREATED.plusSeconds(15)))
                .isEqualTo(new Verdict.Wait(Duration.ofSeconds(5)));
        assertThat(decideWhileBusy(running(CREATED), CREATED.plusSeconds(20)))
                .isEqualTo(new Verdict.ReportRunning(false, Optional.of(CREATED)));
        assertThat(decide(runner(status -> status), running(CREATED), CREATED.plusSeconds(15)))
                .isEqualTo(new Verdict.ReportRunning(false, Optional.of(CREATED)));
    }

    @Test
    void aPodIsReplacedIfItsNodeMakesNoProgress() {
        EphemeralRunner runner = runner(RunnerRulesTest::onRecord);
        assertThat(decide(runner, scheduled(), LATER)).isEqualTo(new Verdict.Wait(Duration.ofMinutes(19)));
        assertThat(decide(runner, scheduled(), CREATED.plus(START_TIMEOUT)))
                .isEqualTo(new Verdict.RetryPod(new PodState.Failed(
                        "NotStarted", "node node-1 made no progress in starting the runner for 20 minutes", true)));
    }

    @Test
    void aPodThatCannotStartIsReported() {
        assertThat(decide(runner(status -> status), waiting("ErrImagePull"), CREATED))
                .isEqualTo(new Verdict.ReportStuck(new PodState.Stuck("ImagePullFailed", "why")));
    }

    @Test
    void aPodWithoutItsJitConfigIsReplaced() {
        RunnerFacts facts = facts(runner(RunnerRulesTest::onRecord), waiting(PodState.CONFIG_ERROR), LATER);
        assertThat(RunnerRules.decide(facts)).isEqualTo(Decision.Question.HAS_JIT_CONFIG);
        assertThat(RunnerRules.decide(facts.with(Decision.Question.HAS_JIT_CONFIG, true)))
                .isInstanceOf(Verdict.ReportStuck.class);
        assertThat(RunnerRules.decide(facts.with(Decision.Question.HAS_JIT_CONFIG, false)))
                .isInstanceOfSatisfying(
                        Verdict.RetryPod.class,
                        retry -> assertThat(retry.failure().reason()).isEqualTo("JitConfigMissing"));
    }

    @Test
    void aRunnerThatFinishesEndsWithOrWithoutAJobAndEvenWhileItsPodIsBeingDeleted() {
        assertEnds(decide(runner(RunnerRulesTest::withJob), ended(0), LATER), RunnerEnding.FINISHED, "");
        assertEnds(decide(runner(RunnerRulesTest::onRecord), ended(0), LATER), RunnerEnding.FINISHED, "");
        assertEnds(
                decide(runner(RunnerRulesTest::withJob), deleted(ended(0), LATER), LATER), RunnerEnding.FINISHED, "");
    }

    @Test
    void aFailedPodIsRetriedUnlessItHadAJob() {
        PodState.Failed failure =
                new PodState.Failed("OOMKilled", "the runner exited with code 137 (OOMKilled)", false);
        assertThat(decide(runner(RunnerRulesTest::onRecord), ended(137), LATER))
                .isEqualTo(new Verdict.RetryPod(failure));
        assertEnds(
                decide(runner(RunnerRulesTest::withJob), ended(137), LATER),
                RunnerEnding.POD_FAILED,
                "failed during a job: the runner exited with code 137 (OOMKilled)");
    }

    @Test
    void aFailureDuringDeregistrationWaitsForItsEnd() {
        RunnerFacts facts = new RunnerFacts(
                runner(RunnerRulesTest::onRecord),
                ended(1),
                LATER,
                START_TIMEOUT,
                Duration.ZERO,
                true,
                false,
                RunnerPolicy.DEFAULT,
                null,
                Map.of());
        assertThat(RunnerRules.decide(facts)).isInstanceOf(Verdict.Wait.class);
    }

    @Test
    void anOutdatedRunnerIsKept() {
        assertEnds(
                decide(runner(RunnerRulesTest::onRecord), ended(PodState.EXIT_CODE_DEPRECATED), LATER),
                RunnerEnding.OUTDATED,
                "newer image");
    }

    /** Otherwise a job could stop the scale set for all other repositories that use it. */
    @Test
    void aJobCannotMakeItsRunnerLookOutdated() {
        assertEnds(
                decide(runner(RunnerRulesTest::withJob), ended(PodState.EXIT_CODE_DEPRECATED), LATER),
                RunnerEnding.POD_FAILED,
                "failed during a job: the runner exited with code 7");
    }

    @Test
    void aTerminatingPodIsAwaitedUntilItCountsAsStuck() {
        EphemeralRunner runner = runner(RunnerRulesTest::withJob);
        assertThat(decide(runner, deleted(running(CREATED), LATER), LATER))
                .isEqualTo(new Verdict.Wait(PodState.TERMINATION_TIMEOUT));
        assertEnds(
                decide(runner, deleted(running(CREATED), LATER), LATER.plus(PodState.TERMINATION_TIMEOUT)),
                RunnerEnding.POD_STUCK_TERMINATING,
                "node-1");
    }

    @Test
    void anIdleRunnerIsDeregisteredWhileItsPodIsBeingTerminated() {
        EphemeralRunner idle = runner(RunnerRulesTest::onRecord);
        Verdict deregister = new Verdict.Deregister(PodState.TERMINATION_TIMEOUT);
        Verdict wait = new Verdict.Wait(PodState.TERMINATION_TIMEOUT);
        assertThat(decide(idle, deleted(running(CREATED), LATER), LATER)).isEqualTo(deregister);
        assertThat(decide(idle, deleted(scheduled(), LATER), LATER)).isEqualTo(deregister);
        assertThat(decide(idle, deleted(ended(1), LATER), LATER)).isEqualTo(wait);
        assertThat(RunnerRules.decide(new RunnerFacts(
                        idle,
                        deleted(running(CREATED), LATER),
                        LATER,
                        START_TIMEOUT,
                        Duration.ZERO,
                        true,
                        false,
                        RunnerPolicy.DEFAULT,
                        null,
                        Map.of())))
                .isEqualTo(wait);
        assertEnds(
                decide(idle, deleted(running(CREATED), LATER), LATER.plus(PodState.TERMINATION_TIMEOUT)),
                RunnerEnding.POD_STUCK_TERMINATING,
                "node-1");
    }

    @Test
    void aJobOfAPreviousPodEndsTheRunnerOnlyIfTheCachedPodIsCurrent() {
        EphemeralRunner runner = runner(status -> withJob(status).runnerId(RUNNER_ID - 1));
        RunnerFacts facts = facts(runner, running(CREATED), LATER);
        assertThat(RunnerRules.decide(facts)).isEqualTo(Decision.Question.IS_POD_CURRENT);
        assertEnds(
                RunnerRules.decide(facts.with(Decision.Question.IS_POD_CURRENT, true)),
                RunnerEnding.JOB_LOST,
                "previous pod");
        assertThat(RunnerRules.decide(facts.with(Decision.Question.IS_POD_CURRENT, false)))
                .isEqualTo(new Verdict.ReportRunning(false, Optional.of(CREATED)));
    }

    @Test
    void aRunnerMayRunForTheGracePeriodAfterItsJob() {
        EphemeralRunner busy = runner(RunnerRulesTest::withJob);
        assertThat(decideAfterReport(busy, LATER.plusSeconds(2))).isEqualTo(new Verdict.Wait(Duration.ofSeconds(3)));
        assertThat(decideAfterReport(busy, LATER.plusSeconds(5))).isEqualTo(new Verdict.ReportJobCompleted(LATER));

        busy.setStatus(Statuses.jobCompleted(busy, LATER));
        assertThat(decideAfterReport(busy, LATER.plusSeconds(5))).isEqualTo(new Verdict.Wait(Duration.ofSeconds(15)));
        assertEnds(decideAfterReport(busy, LATER.plusSeconds(20)), RunnerEnding.DID_NOT_EXIT, "has not exited");
        assertThat(decide(busy, ended(0), LATER.plusSeconds(60))).isEqualTo(new Verdict.End(RunnerEnding.FINISHED, ""));
    }

    private static Decision decideAfterReport(EphemeralRunner runner, Instant now) {
        RunnerPolicy policy = RunnerPolicy.builder().endGrace("20s").build();
        return RunnerRules.decide(new RunnerFacts(
                runner, running(CREATED), now, START_TIMEOUT, Duration.ZERO, false, false, policy, LATER, Map.of()));
    }
}

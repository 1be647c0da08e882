package io.github.arc4j.controller.ephemeralrunner;

import static io.github.arc4j.controller.ReconcilerFixture.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.api.RunnerEnvironment;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpecBuilder;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.api.v1alpha1.JobMetadata;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ControllerFixture;
import io.github.arc4j.controller.ReconcilerFixture;
import io.github.arc4j.kube.http.Fault;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The marks of pods with jobs, and what happens if a pod cannot be marked. */
class BusyPodsTest {
    private static final RunnerPolicy PROTECT =
            RunnerPolicy.builder().disruption("protectBusy").build();
    private static final Map<String, String> MARK = Map.of("actions.github.com/busy", "true");

    private final ReconcilerFixture fixture = new ReconcilerFixture();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void createSet(@Nullable RunnerPolicy policy) {
        fixture.createSetWithPolicy("scale-set", "set", policy);
    }

    private void createRunning(String name) throws Exception {
        createRunning(name, UnaryOperator.identity());
    }

    /** A running runner of the set. */
    private void createRunning(String name, UnaryOperator<EphemeralRunnerSpecBuilder> change) throws Exception {
        fixture.createRunner(name, change);
        fixture.adopt("set", name);
        fixture.reconcileRunner(name);
        fixture.podRuns(name);
        fixture.reconcileRunner(name);
    }

    private static EphemeralRunnerStatusBuilder job(EphemeralRunnerStatusBuilder status) {
        return status.jobId("4711")
                .jobRepositoryName("org/repo")
                .jobWorkflowRef("org/repo/.github/workflows/ci.yml@refs/heads/main")
                .workflowRunId(17)
                .jobDisplayName("build (ubuntu)");
    }

    private void jobStarts(String name) {
        fixture.github.busy.add(name);
        fixture.reportRunner(name, BusyPodsTest::job);
    }

    private Map<String, String> labels(String pod) {
        return fixture.pod(pod).getMetadata().getLabels();
    }

    private Map<String, String> annotations(String pod) {
        return fixture.pod(pod).getMetadata().getAnnotations();
    }

    private void assertMarked(String pod) {
        assertThat(labels(pod)).containsAllEntriesOf(MARK);
    }

    private void assertNotMarked(String pod) {
        assertThat(labels(pod)).doesNotContainKey("actions.github.com/busy");
    }

    private long patches() {
        return fixture.kube
                .requests()
                .count(request -> request.userAgent().equals("controller")
                        && request.verb().equals("patch")
                        && request.target().equals("pods"));
    }

    private static Fault onMark() {
        return Fault.on("patch", "pods");
    }

    private Pod hookPod(String name, String runner) {
        return fixture.client
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .addToLabels("runner-pod", runner)
                        .endMetadata()
                        .withSpec(new PodSpecBuilder()
                                .addNewContainer()
                                .withName("job")
                                .withImage("job:1")
                                .endContainer()
                                .build())
                        .build())
                .create();
    }

    private static EphemeralRunnerSpecBuilder withHooks(EphemeralRunnerSpecBuilder spec) {
        return spec
                .build()
                .withTemplate(new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnv()
                        .withName(RunnerEnvironment.CONTAINER_HOOKS)
                        .withValue("/home/runner/k8s/index.js")
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build())
                .toBuilder();
    }

    @Test
    void aPodIsMarkedOnceWhenItsJobStarts() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        assertNotMarked("a");
        jobStarts("a");
        fixture.reconcileRunner("a");
        assertThat(labels("a"))
                .containsAllEntriesOf(Map.of(
                        "actions.github.com/busy", "true",
                        "actions.github.com/scale-set-name", "scale-set",
                        "actions.github.com/scale-set-namespace", NAMESPACE))
                .doesNotContainKey("actions.github.com/job-repository");
        assertThat(annotations("a"))
                .containsAllEntriesOf(Map.of(
                        "karpenter.sh/do-not-disrupt", "true",
                        "cluster-autoscaler.kubernetes.io/safe-to-evict", "false"))
                .doesNotContainKey("actions.github.com/job-repository");
        fixture.reconcileRunnerWithStaleCaches("a");
        fixture.reconcileRunner("a");
        assertThat(patches()).isEqualTo(1);
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void theChosenFieldsOfTheJobAreReported() throws Exception {
        createSet(RunnerPolicy.builder()
                .jobMetadata(new JobMetadata(List.of("repository", "runId", "jobName"), List.of("repository")))
                .build());
        createRunning("a");
        fixture.reportRunner("a", status -> job(status).jobDisplayName("x\nkubectl\u202e \0"));
        fixture.reconcileRunner("a");
        assertThat(annotations("a"))
                .containsAllEntriesOf(Map.of(
                        "karpenter.sh/do-not-disrupt", "true",
                        "actions.github.com/job-repository", "org/repo",
                        "actions.github.com/job-run-id", "17",
                        "actions.github.com/job-name", "x\\nkubectl\\u202e \\u0000"))
                .doesNotContainKey("actions.github.com/job-workflow");
        assertThat(labels("a"))
                .containsAllEntriesOf(MARK)
                .containsEntry("actions.github.com/job-repository", "org_repo")
                .doesNotContainKey("actions.github.com/job-run-id");
    }

    @Test
    void withoutThePolicyNoPodIsPatched() throws Exception {
        createSet(RunnerPolicy.builder().endGrace("10s").build());
        createRunning("a");
        jobStarts("a");
        fixture.reconcileRunner("a");
        assertNotMarked("a");
        assertThat(patches()).isZero();
    }

    @Test
    void twoRunnersAreMarkedIndependently() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        createRunning("b");
        jobStarts("a");
        jobStarts("b");
        fixture.kube.faults().inject(onMark().answer(500));
        fixture.reconcileRunner("a");
        fixture.reconcileRunner("b");
        assertNotMarked("a");
        assertMarked("b");
    }

    @Test
    void aPodThatIsStillReportedAsStartingIsMarked() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        fixture.podReports("a", status -> status.withPhase("Pending").withContainerStatuses());
        jobStarts("a");
        fixture.reconcileRunner("a");
        assertMarked("a");
    }

    @Test
    void aRunnerThatIsDeletedDuringItsJobIsMarked() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        fixture.github.busy.add("a");
        fixture.deleteRunner("a");
        fixture.reconcileRunner("a");
        assertNotMarked("a");
        jobStarts("a");
        fixture.reconcileRunner("a");
        assertMarked("a");
        assertThat(fixture.runner("a").isMarkedForDeletion()).isTrue();
    }

    @Test
    void aFailedMarkIsRepeatedWithBackoff() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        jobStarts("a");
        fixture.kube.faults().inject(onMark().times(2).answer(500));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(1)));
        fixture.reconcileRunner("a"); // because of something else
        assertThat(patches()).isEqualTo(1);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(2)));
        fixture.pass(Duration.ofSeconds(2));
        fixture.reconcileRunner("a");
        assertMarked("a");
        assertThat(patches()).isEqualTo(3);
    }

    @Test
    void aMarkWhoseAnswerIsLostIsNotRepeated() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        jobStarts("a");
        fixture.kube.faults().inject(onMark().drop().afterEffect());
        fixture.reconcileRunner("a");
        fixture.pass(Duration.ofSeconds(1));
        fixture.reconcileRunner("a");
        assertMarked("a");
        assertThat(patches()).isEqualTo(1);
    }

    @Test
    void aRefusalIsReportedOnceAndNotRepeatedForTenMinutes() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        createRunning("b");
        jobStarts("a");
        jobStarts("b");
        fixture.kube.faults().inject(onMark().answer(403));
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofMinutes(10)));
        fixture.reconcileRunner("b");
        fixture.reconcileRunner("a");
        assertThat(patches()).isEqualTo(1);
        assertThat(fixture.events).containsExactly("BusyMarkRefused");
        fixture.pass(Duration.ofMinutes(10));
        fixture.reconcileRunner("b");
        assertMarked("b");
    }

    @Test
    void aRefusalDoesNotKeepTheRunnerFromEnding() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        jobStarts("a");
        fixture.kube.faults().inject(onMark().always().answer(403));
        fixture.reconcileRunner("a");
        fixture.github.busy.clear();
        fixture.podEnds("a", 0);
        fixture.reconcileRunner("a");
        fixture.assertThatNothingIsLeftOf("a");
    }

    @Test
    void aLaterPodOfTheSameNameIsNotMarked() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        jobStarts("a");
        fixture.sync();
        Pod later = new PodBuilder(fixture.pod("a"))
                .editMetadata()
                .withResourceVersion(null)
                .withUid(null)
                .endMetadata()
                .build();
        fixture.deletePod("a");
        fixture.client.resource(later).create();
        fixture.reconcileRunnerWithStaleCaches("a");
        assertThat(patches()).isEqualTo(1);
        assertNotMarked("a");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void aPodIsNotMarkedForTheJobOfAPreviousOne() throws Exception {
        createSet(PROTECT);
        createRunning("a");
        fixture.reportRunner("a", status -> job(status).runnerId(fixture.github.idOf("a") + 1));
        fixture.reconcileRunner("a");
        assertThat(patches()).isZero();
    }

    @Test
    void aTemplateCannotMarkIdleRunners() throws Exception {
        createSet(PROTECT);
        createRunning(
                "a",
                spec -> spec
                        .build()
                        .withTemplate(new PodTemplateSpecBuilder(ControllerFixture.template("runner:1"))
                                .withNewMetadata()
                                .withLabels(MARK)
                                .endMetadata()
                                .build())
                        .toBuilder());
        assertNotMarked("a");
    }

    @Test
    void thePodsOfContainerHooksAreMarkedWhetherTheyComeBeforeOrAfterTheReportOfTheJob() throws Exception {
        createSet(PROTECT);
        createRunning("a", BusyPodsTest::withHooks);
        hookPod("a-workflow", "a");
        hookPod("b-workflow", "b");
        hookPod("a-ended", "a");
        fixture.podReports("a-ended", status -> status.withPhase("Succeeded"));
        fixture.reconcileRunner("a");
        assertNotMarked("a-workflow");
        jobStarts("a");
        fixture.reconcileRunner("a");
        hookPod("a-step", "a");
        fixture.reconcileRunner("a");
        for (String pod : List.of("a", "a-workflow", "a-step")) {
            assertMarked(pod);
            assertThat(labels(pod)).containsEntry("actions.github.com/scale-set-name", "scale-set");
        }
        assertNotMarked("b-workflow");
        assertNotMarked("a-ended");
        assertThat(patches()).isEqualTo(3);
    }

    @Test
    void manyPodsAreMarkedInSeveralPasses() throws Exception {
        createSet(PROTECT);
        createRunning("a", BusyPodsTest::withHooks);
        for (int i = 0; i < 60; i++) {
            hookPod("hook-" + i, "a");
        }
        jobStarts("a");
        assertThat(fixture.reconcileRunner("a")).isEqualTo(Result.after(Duration.ofSeconds(1)));
        assertMarked("a");
        assertThat(patches()).isEqualTo(50);
        assertThat(fixture.reconcileRunner("a")).isNotEqualTo(Result.after(Duration.ofSeconds(1)));
        assertThat(patches()).isEqualTo(61);
    }
}

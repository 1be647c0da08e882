package io.github.arc4j.controller.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatusBuilder;
import io.github.arc4j.controller.tracing.JobTrace.Span;
import io.github.arc4j.runtime.cache.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The trace of a job from what the controller observes of its runner. */
class JobTraceTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = T0;
    private final List<JobTrace> exported = new ArrayList<>();
    private final JobTraces traces = new JobTraces(exported::add, () -> now);

    private static Instant at(double seconds) {
        return T0.plus(Duration.ofMillis((long) (seconds * 1000)));
    }

    private void observe(double seconds, EphemeralRunnerStatusBuilder status, @Nullable PodBuilder pod) {
        now = at(seconds);
        traces.observed(runner(status.build()), pod == null ? null : pod.build());
    }

    private static EphemeralRunner runner(EphemeralRunnerStatus status) {
        EphemeralRunner runner = new EphemeralRunner();
        runner.getMetadata().setName("set-abc-runner-def");
        runner.getMetadata().setNamespace("runners");
        runner.getMetadata().setUid("uid");
        runner.getMetadata().setCreationTimestamp(T0.toString());
        runner.getMetadata().setLabels(Map.of(Labels.SCALE_SET_NAME, "set"));
        runner.setStatus(status);
        return runner;
    }

    private static EphemeralRunnerStatusBuilder idle() {
        return EphemeralRunnerStatus.builder().runnerId(1);
    }

    private static EphemeralRunnerStatusBuilder withJob(double queued, double assigned, double started) {
        return idle().jobId("job")
                .workflowRunId(77)
                .jobRepositoryName("acme/app")
                .jobDisplayName("build")
                .jobQueueTime(at(queued).toString())
                .jobScaleSetAssignTime(at(assigned).toString())
                .jobRunnerAssignTime(at(started).toString());
    }

    private static PodBuilder pod(double created) {
        return new PodBuilder()
                .withNewMetadata()
                .withCreationTimestamp(second(created))
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withNewStatus()
                .endStatus();
    }

    /** As Kubernetes records times. */
    private static String second(double seconds) {
        return at(Math.floor(seconds)).toString();
    }

    private static PodBuilder with(PodBuilder pod, String condition, double since) {
        return pod.editStatus()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .withLastTransitionTime(second(since))
                .endCondition()
                .endStatus();
    }

    private static PodBuilder running(PodBuilder pod, double since) {
        return pod.editStatus()
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewRunning()
                .withStartedAt(second(since))
                .endRunning()
                .endState()
                .endContainerStatus()
                .endStatus();
    }

    private static PodBuilder ended(PodBuilder pod, double started, double ended, int exitCode) {
        return pod.editStatus()
                .withContainerStatuses()
                .addNewContainerStatus()
                .withName("runner")
                .withNewState()
                .withNewTerminated()
                .withStartedAt(second(started))
                .withFinishedAt(second(ended))
                .withExitCode(exitCode)
                .withReason(exitCode == 0 ? "Completed" : "OOMKilled")
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus();
    }

    private JobTrace removed(double seconds) {
        now = at(seconds);
        traces.removed(new Request("runners", "set-abc-runner-def"));
        assertThat(exported).hasSize(1);
        return exported.getFirst();
    }

    private static Span span(String name, double start, double end) {
        return new Span(name, at(start), at(end));
    }

    @Test
    void aJobThatCausedItsRunner() {
        observe(0.1, EphemeralRunnerStatus.builder(), null);
        observe(0.4, idle(), pod(0.3));
        observe(0.6, idle(), with(pod(0.3), "PodScheduled", 0.5));
        PodBuilder prepared = with(with(pod(0.3), "PodScheduled", 0.5), "PodReadyToStartContainers", 2.0);
        observe(2.3, idle(), prepared);
        observe(31.2, idle(), running(prepared, 31.0));
        observe(33, withJob(-2, -0.5, 32.8), running(prepared, 31.0));
        observe(95.1, withJob(-2, -0.5, 32.8), ended(prepared, 31.0, 95.0, 0));
        JobTrace trace = removed(95.4);

        assertThat(trace.job()).isEqualTo(span("job", -2, 95.4));
        assertThat(trace.steps())
                .containsExactly(
                        span("runner.queue", -2, -0.5),
                        span("runner.startup", -0.5, 32.8),
                        span("runner.registration", 0.1, 0.4),
                        span("runner.scheduling", 0.4, 0.6),
                        span("runner.pod_setup", 0.6, 2.3),
                        span("runner.image_pull", 2.3, 31.2),
                        span("runner.container_start", 31.2, 32.8),
                        span("runner.execution", 32.8, 95.1),
                        span("runner.removal", 95.1, 95.4));
        assertThat(trace.ids()).isEqualTo(TraceIds.of(77, "job"));
        assertThat(trace.attributes())
                .containsEntry("github.repository", "acme/app")
                .containsEntry("cicd.pipeline.task.name", "build")
                .containsEntry("github.runner_scale_set", "set")
                .containsEntry("k8s.node.name", "node-1")
                .doesNotContainKey("github.workflow_ref");
        assertThat(trace.error()).isEmpty();
    }

    @Test
    void afterARestartOfTheControllerTheTimesOfKubernetesCount() {
        PodBuilder running = running(with(pod(1), "PodScheduled", 2), 5);
        observe(60, withJob(0, 0.2, 6), running);
        observe(70, withJob(0, 0.2, 6), ended(with(pod(1), "PodScheduled", 2), 5, 69, 0));

        assertThat(removed(70.5).steps())
                .contains(
                        span("runner.registration", 0, 1),
                        span("runner.scheduling", 1, 2),
                        span("runner.image_pull", 2, 5),
                        span("runner.execution", 6, 70));
    }

    @Test
    void aRunnerWithoutAJobHasNoTrace() {
        observe(0.1, idle(), pod(0));
        traces.removed(new Request("runners", "set-abc-runner-def"));
        traces.removed(new Request("runners", "unknown"));

        assertThat(exported).isEmpty();
    }

    @Test
    void aFailedRunnerSaysWhy() {
        observe(1, withJob(0, 0, 1), running(pod(0), 1));
        observe(9, withJob(0, 0, 1), ended(pod(0), 1, 9, 137));

        assertThat(removed(9).error()).isEqualTo("the runner exited with code 137 (OOMKilled)");
    }

    @Test
    void aPodThatIsGoneIsRemembered() {
        observe(1, withJob(0, 0, 1), running(pod(0), 1));
        observe(9, withJob(0, 0, 1), ended(pod(0), 1, 9, 0));
        observe(9.1, withJob(0, 0, 1), null);

        assertThat(removed(9.3).steps()).contains(span("runner.removal", 9, 9.3));
    }

    @Test
    void stepsWithoutTimesAndThoseThatWouldEndBeforeTheyStartAreLeftOut() {
        observe(0.2, withJob(5, 3, 1).jobRunnerAssignTime("soon"), pod(0.1));

        assertThat(removed(8).steps()).containsExactly(span("runner.registration", 0.2, 0.2));
    }
}

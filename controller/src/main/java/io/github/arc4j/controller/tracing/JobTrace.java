package io.github.arc4j.controller.tracing;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runners.pod.JobTimes;
import io.github.arc4j.controller.runners.pod.PodState;
import io.github.arc4j.controller.runners.pod.RunnerStages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one job: a span from the queueing of the job until its runner was deleted, and one for each step. The
 * runner's first steps may precede the job, because an idle runner waits for one.
 *
 * @param attributes of the job and its runner, on all spans
 * @param error why the runner failed; empty if it did not
 */
record JobTrace(TraceIds ids, Span job, List<Span> steps, Map<String, String> attributes, String error) {
    /** One step, in order; {@code start} is not after {@code end}. */
    record Span(String name, Instant start, Instant end) {}

    /** Builds the trace; empty if the runner has had no job. */
    static Optional<JobTrace> of(EphemeralRunner runner, @Nullable Pod pod, RunnerStages stages, Instant removed) {
        EphemeralRunnerStatus status = runner.getStatus();
        if (status == null || !status.hasJob()) {
            return Optional.empty();
        }
        JobTimes times = JobTimes.of(status);
        Instant queued = times.queued();
        Instant assigned = times.assigned();
        Instant started = times.started();
        List<Span> steps = new ArrayList<>();
        add(steps, "runner.queue", queued, assigned);
        add(steps, "runner.startup", assigned, started);
        add(steps, "runner.registration", stages.created(), stages.registered());
        add(steps, "runner.scheduling", stages.registered(), stages.scheduled());
        add(steps, "runner.pod_setup", stages.scheduled(), stages.prepared());
        Instant beforeImage = stages.prepared() == null ? stages.scheduled() : stages.prepared();
        add(steps, "runner.image_pull", beforeImage, stages.started());
        add(steps, "runner.container_start", stages.started(), started);
        add(steps, "runner.execution", started == null ? stages.started() : started, stages.ended());
        add(steps, "runner.removal", stages.ended(), removed);
        Span job = new Span("job", queued == null ? stages.created() : queued, removed);
        return Optional.of(new JobTrace(
                TraceIds.of(status.workflowRunId(), status.jobId()),
                job,
                List.copyOf(steps),
                attributes(runner, status, pod),
                pod == null ? "" : error(pod)));
    }

    /** Clocks differ: a step that would end before it starts is left out. */
    private static void add(List<Span> steps, String name, @Nullable Instant start, @Nullable Instant end) {
        if (start != null && end != null && !end.isBefore(start)) {
            steps.add(new Span(name, start, end));
        }
    }

    private static Map<String, String> attributes(
            EphemeralRunner runner, EphemeralRunnerStatus status, @Nullable Pod pod) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("cicd.pipeline.run.id", Long.toString(status.workflowRunId()));
        attributes.put("cicd.pipeline.task.name", status.jobDisplayName());
        attributes.put("cicd.pipeline.task.run.id", status.jobId());
        attributes.put("cicd.worker.name", runner.getMetadata().getName());
        attributes.put("github.repository", status.jobRepositoryName());
        attributes.put("github.workflow_ref", status.jobWorkflowRef());
        attributes.put("github.runner_scale_set", Labels.get(runner, Labels.SCALE_SET_NAME));
        attributes.put("k8s.namespace.name", runner.getMetadata().getNamespace());
        attributes.put("k8s.pod.name", runner.getMetadata().getName());
        if (pod != null && pod.getSpec().getNodeName() != null) {
            attributes.put("k8s.node.name", pod.getSpec().getNodeName());
        }
        attributes.values().removeIf(String::isEmpty);
        return attributes;
    }

    private static String error(Pod pod) {
        return PodState.runnerState(pod)
                .map(ContainerState::getTerminated)
                .filter(end -> end.getExitCode() != null && end.getExitCode() != 0)
                .map(end -> "the runner exited with code %d (%s)".formatted(end.getExitCode(), end.getReason()))
                .orElse("");
    }
}

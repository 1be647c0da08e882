package io.github.arc4j.controller.console.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.controller.runners.pod.JobTimes;
import io.github.arc4j.controller.runners.pod.ObservedRunner;
import io.github.arc4j.controller.runners.pod.RunnerStages;
import io.github.arc4j.process.log.LogText;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A runner and its job, if it has one. All times are in milliseconds since 1970, and null if the stage is not reached.
 *
 * @param id the UID of the runner's object
 * @param runner name of the EphemeralRunner, its pod, and the runner on GitHub
 * @param job name of the job; empty without a job
 * @param run address of the workflow run; empty if unknown
 * @param node of the pod; empty if it has none
 * @param problem null if there is none
 * @param queued when the job was queued
 * @param assigned when the job was assigned to the scale set
 * @param created when the runner's object was created
 * @param registered when the runner was registered and its pod created
 * @param scheduled when the pod was assigned to a node
 * @param started when the runner's container was started
 * @param running when the runner got the job
 * @param ended when the runner's container ended
 * @param removed when the runner's object was deleted
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobRow(
        String id,
        String scaleSet,
        String runner,
        RunnerPhase phase,
        String job,
        String repository,
        String workflow,
        String run,
        String node,
        @Nullable Problem problem,
        @Nullable Long queued,
        @Nullable Long assigned,
        @Nullable Long created,
        @Nullable Long registered,
        @Nullable Long scheduled,
        @Nullable Long started,
        @Nullable Long running,
        @Nullable Long ended,
        @Nullable Long removed) {
    /** Of each text; a status may have longer ones. The rows of runners that are deleted stay in memory. */
    private static final int MAX_LENGTH = 300;

    /** The row of a runner that exists. */
    static JobRow of(ObservedRunner observed) {
        return of(observed, phase(observed), null);
    }

    /** The row of a runner that was deleted. */
    static JobRow ofRemoved(ObservedRunner observed, Instant removed) {
        return of(observed, RunnerPhase.DONE, removed);
    }

    private static RunnerPhase phase(ObservedRunner observed) {
        RunnerPhase phase = RunnerPhase.of(observed.runner());
        boolean hasEnded = observed.stages().ended() != null && phase == RunnerPhase.BUSY;
        return hasEnded ? RunnerPhase.ENDING : phase;
    }

    private static JobRow of(ObservedRunner observed, RunnerPhase phase, @Nullable Instant removed) {
        EphemeralRunner runner = observed.runner();
        EphemeralRunnerStatus status = runner.statusOrEmpty();
        JobTimes job = JobTimes.of(status);
        RunnerStages stages = observed.stages();
        return new JobRow(
                Objects.requireNonNullElse(runner.getMetadata().getUid(), ""),
                Runners.scaleSetOf(runner).toString(),
                runner.getMetadata().getName(),
                phase,
                text(status.jobDisplayName()),
                text(status.jobRepositoryName()),
                text(status.jobWorkflowRef()),
                GitHubLinks.run(runner.getSpec().githubConfigUrl(), status.jobRepositoryName(), status.workflowRunId()),
                node(observed.pod()),
                phase.isProblem() ? Problem.of(status.reason(), status.message(), null) : null,
                millis(job.queued()),
                millis(job.assigned()),
                millis(stages.created()),
                millis(stages.registered()),
                millis(stages.scheduled()),
                millis(stages.started()),
                millis(job.started()),
                millis(stages.ended()),
                millis(removed));
    }

    private static String text(String text) {
        return LogText.cut(text, MAX_LENGTH);
    }

    private static String node(@Nullable Pod pod) {
        return pod == null || pod.getSpec() == null
                ? ""
                : Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    /** The time of the latest stage. */
    long latest() {
        return Math.max(orZero(removed), Math.max(orZero(running), Math.max(orZero(queued), orZero(created))));
    }

    private static long orZero(@Nullable Long time) {
        return time == null ? 0 : time;
    }
}

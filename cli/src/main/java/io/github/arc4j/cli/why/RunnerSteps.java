package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.JobFields;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.process.advice.Reasons;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The steps of a runner on GitHub, from its registration to its removal. */
final class RunnerSteps {
    private static final String REGISTERED = "runner registered";
    private static final String ONLINE = "runner online";
    private static final String JOB_STARTED = "job started";
    private static final String JOB_ENDED = "job ended";
    private static final String REMOVED = "runner removed";
    private static final Duration USUAL_REMOVAL = Duration.ofMinutes(10);

    private RunnerSteps() {}

    /** GitHub has registered the runner, and still knows it. */
    static Step registered(RunnerView runner) {
        Optional<Step> failed = runner.notReady()
                .map(condition -> Step.of(REGISTERED, condition))
                .filter(step -> Reasons.isAboutGitHub(step.reason()));
        if (failed.isPresent()) {
            return failed.get();
        }
        String id = runner.status().runnerId() > 0
                ? Long.toString(runner.status().runnerId())
                : runner.pod()
                        .map(pod -> Annotations.get(pod, Annotations.RUNNER_ID))
                        .orElse("");
        return !id.isEmpty() || runner.pod().isPresent()
                ? Step.done(REGISTERED, id.isEmpty() ? "" : "ID " + id).since(runner.podCreated())
                : Step.waiting(REGISTERED, "", "GitHub has not confirmed the registration")
                        .since(Times.created(runner.runner()));
    }

    /** The runner is connected to GitHub, as far as the controller knows. */
    static Step online(RunnerView runner) {
        Conditions conditions = Conditions.of(runner.runner());
        return conditions
                .find("Online", false)
                .map(offline -> Step.of(ONLINE, offline))
                .or(() -> conditions
                        .find(ConditionTypes.READY, true)
                        .map(ready -> Step.done(ONLINE, "").since(Conditions.since(ready))))
                .orElseGet(() -> Step.pending(ONLINE));
    }

    /** The runner has received its job. */
    static Step jobStarted(RunnerView runner) {
        if (runner.runner().hasJob()) {
            EphemeralRunnerStatus status = runner.status();
            String job = "%s of %s, run %d"
                    .formatted(status.jobDisplayName(), status.jobRepositoryName(), status.workflowRunId());
            return Step.done(JOB_STARTED, job).since(jobWritten(runner.runner()));
        }
        return runner.isReady()
                ? Step.waiting(JOB_STARTED, "", "the runner is idle and waits for a job")
                : Step.pending(JOB_STARTED);
    }

    /** When the listener wrote the job, as the API server recorded. */
    private static Optional<Instant> jobWritten(EphemeralRunner runner) {
        List<ManagedFieldsEntry> entries =
                Objects.requireNonNullElse(runner.getMetadata().getManagedFields(), List.of());
        return entries.stream()
                .filter(JobFields::containsJob)
                .map(ManagedFieldsEntry::getTime)
                .findFirst()
                .flatMap(Times::parse);
    }

    /** The runner has run its job and has exited. */
    static Step jobEnded(RunnerView runner) {
        if (!runner.runner().hasJob()) {
            return Step.pending(JOB_ENDED);
        }
        Optional<Instant> end = runner.pod().flatMap(Pods::ended);
        return runner.problemAt(PodProblem.Stage.RUN)
                .map(problem -> Step.problem(JOB_ENDED, problem))
                .or(() -> end.map(time -> Step.done(JOB_ENDED, "").since(end)))
                .or(() -> Conditions.of(runner.runner())
                        .find("JobCompleted", true)
                        .map(hanging -> Step.of(JOB_ENDED, hanging)))
                .orElseGet(() -> Step.pending(JOB_ENDED));
    }

    static Step removed(RunnerView runner) {
        Optional<Instant> deleted = Times.deleted(runner.runner());
        if (deleted.isEmpty()) {
            return Step.pending(REMOVED);
        }
        List<String> finalizers =
                Objects.requireNonNullElse(runner.runner().getMetadata().getFinalizers(), List.of());
        boolean isStuck = deleted.get()
                .plus(USUAL_REMOVAL)
                .isBefore(runner.set().snapshot().time());
        String detail = "the runner is being deleted; finalizers: " + String.join(", ", finalizers);
        Step step = isStuck && !runner.runner().hasJob()
                ? Step.problem(REMOVED, "StuckDeletion", detail)
                : Step.waiting(REMOVED, "Deleting", detail);
        return step.since(deleted);
    }
}

package io.github.arc4j.cli.why.runner;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.JobFields;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The runner has received its job. */
final class JobStartedStage implements Stage<RunnerView> {
    private static final String NAME = "job started";

    @Override
    public Step check(RunnerView runner) {
        if (runner.runner().hasJob()) {
            return Step.done(NAME, started(runner.runner()), description(runner.status()));
        }
        return Conditions.of(runner.runner()).isTrue(ConditionTypes.READY)
                ? Step.waiting(NAME, Optional.empty(), "", "the runner is idle and waits for a job")
                : Step.pending(NAME);
    }

    static String description(EphemeralRunnerStatus status) {
        return "%s of %s, run %d"
                .formatted(status.jobDisplayName(), status.jobRepositoryName(), status.workflowRunId());
    }

    /** When the listener wrote the job, as the API server recorded. */
    static Optional<Instant> started(EphemeralRunner runner) {
        List<ManagedFieldsEntry> entries =
                Objects.requireNonNullElse(runner.getMetadata().getManagedFields(), List.of());
        return entries.stream()
                .filter(JobFields::containsJob)
                .map(ManagedFieldsEntry::getTime)
                .findFirst()
                .flatMap(Times::parse);
    }
}

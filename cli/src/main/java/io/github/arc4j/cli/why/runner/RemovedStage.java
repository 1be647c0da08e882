package io.github.arc4j.cli.why.runner;

import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The runner is deleted. */
final class RemovedStage implements Stage<RunnerView> {
    private static final String NAME = "runner removed";
    private static final Duration USUAL = Duration.ofMinutes(10);

    @Override
    public Step check(RunnerView runner) {
        Optional<Instant> deleted = Times.deleted(runner.runner());
        if (deleted.isEmpty()) {
            return Step.pending(NAME);
        }
        List<String> finalizers =
                Objects.requireNonNullElse(runner.runner().getMetadata().getFinalizers(), List.of());
        boolean isStuck =
                deleted.get().plus(USUAL).isBefore(runner.set().snapshot().time());
        String detail = "the runner is being deleted; finalizers: " + String.join(", ", finalizers);
        return isStuck && !runner.runner().hasJob()
                ? Step.problem(NAME, deleted, "StuckDeletion", detail)
                : Step.waiting(NAME, deleted, "Deleting", detail);
    }
}

package io.github.arc4j.cli.why.runner;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Instant;
import java.util.Optional;

/** The runner has run its job and has exited. */
final class JobEndedStage implements Stage<RunnerView> {
    private static final String NAME = "job ended";

    @Override
    public Step check(RunnerView runner) {
        if (!runner.runner().hasJob()) {
            return Step.pending(NAME);
        }
        Optional<PodProblem> problem = runner.problemAt(PodProblem.Stage.RUN);
        if (problem.isPresent()) {
            return Step.problem(NAME, Optional.empty(), problem.get());
        }
        Optional<Instant> end = runner.pod().flatMap(Pods::ended);
        if (end.isPresent()) {
            return Step.done(NAME, end, "");
        }
        Optional<Condition> hanging = Conditions.of(runner.runner()).find("JobCompleted", true);
        return hanging.map(condition -> Step.problem(
                        NAME, Conditions.since(condition), Conditions.reason(condition), Conditions.message(condition)))
                .orElseGet(() -> Step.pending(NAME));
    }
}

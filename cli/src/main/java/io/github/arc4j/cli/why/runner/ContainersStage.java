package io.github.arc4j.cli.why.runner;

import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Instant;
import java.util.Optional;

/** The containers of the pod run. */
final class ContainersStage implements Stage<RunnerView> {
    private static final String NAME = "containers running";

    @Override
    public Step check(RunnerView runner) {
        Optional<Step> outdated = runner.notReady()
                .filter(condition -> Phase.OUTDATED.equals(Conditions.reason(condition)))
                .map(condition -> Step.of(NAME, condition));
        if (outdated.isPresent()) {
            return outdated.get(); // the pod shows only an exit code
        }
        Optional<PodProblem> problem =
                runner.problemAt(PodProblem.Stage.CONTAINERS).or(() -> withoutJob(runner));
        if (problem.isPresent()) {
            return Step.problem(NAME, Optional.empty(), problem.get());
        }
        Optional<Instant> started = runner.pod().flatMap(Pods::started);
        return started.isPresent() || runner.isPast(PodProblem.Stage.CONTAINERS)
                ? Step.done(NAME, started, "")
                : notStarted(runner);
    }

    private static Step notStarted(RunnerView runner) {
        Optional<Step> lasting = runner.notReady()
                .map(condition -> Step.of(NAME, condition))
                .filter(step -> runner.pod().isPresent() && step.state() == Step.State.PROBLEM);
        if (lasting.isPresent()) {
            return lasting.get();
        }
        return runner.pod().isPresent()
                ? Step.waiting(NAME, Optional.empty(), "PodStarting", "the node is starting the containers")
                : Step.pending(NAME);
    }

    /** A runner that ended before it had a job could not start. */
    private static Optional<PodProblem> withoutJob(RunnerView runner) {
        return runner.problemAt(PodProblem.Stage.RUN)
                .filter(problem -> !runner.runner().hasJob());
    }
}

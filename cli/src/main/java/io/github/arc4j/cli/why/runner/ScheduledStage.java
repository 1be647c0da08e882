package io.github.arc4j.cli.why.runner;

import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.Pods;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.time.Instant;
import java.util.Optional;

/** The pod has a node. */
final class ScheduledStage implements Stage<RunnerView> {
    private static final String NAME = "pod scheduled";

    @Override
    public Step check(RunnerView runner) {
        Optional<PodProblem> problem = runner.problemAt(PodProblem.Stage.SCHEDULING);
        if (problem.isPresent()) {
            return Step.problem(NAME, runner.pod().flatMap(Times::created), problem.get());
        }
        if (runner.pod().isEmpty()) {
            return Step.pending(NAME);
        }
        String node = Pods.node(runner.pod().get());
        Optional<Instant> time = Pods.since(runner.pod().get(), "PodScheduled");
        return node.isEmpty() && time.isEmpty()
                ? Step.waiting(NAME, runner.pod().flatMap(Times::created), "", "the scheduler has not chosen a node")
                : Step.done(NAME, time, node.isEmpty() ? "" : "node " + node);
    }
}

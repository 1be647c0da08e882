package io.github.arc4j.cli.why.runner;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.Optional;
import java.util.stream.Collectors;

/** The runner has a pod. */
final class PodCreatedStage implements Stage<RunnerView> {
    private static final String NAME = "pod created";
    private static final int USED_UP = 100;

    @Override
    public Step check(RunnerView runner) {
        if (runner.pod().isPresent()) {
            return Step.done(NAME, runner.pod().flatMap(Times::created), "");
        }
        Optional<Condition> notReady = runner.notReady();
        if (notReady.isPresent()) {
            Step step = Step.of(NAME, notReady.get());
            return step.reason().equals("QuotaExceeded") ? withQuotas(runner, step) : step;
        }
        if (!runner.set().snapshot().hasRead(Pod.class)) {
            return Step.unknown(NAME, "pods cannot be read");
        }
        return Conditions.of(runner.runner()).isTrue(ConditionTypes.READY)
                ? Step.problem(NAME, Optional.empty(), "PodLost", "the pod of the running runner does not exist")
                : Step.waiting(NAME, Times.created(runner.runner()), "", "the pod does not exist yet");
    }

    /** The message of the API server is that of the first attempt; the quotas show what is used now. */
    private static Step withQuotas(RunnerView runner, Step step) {
        String quotas = Quotas.usedAtLeast(runner.set().snapshot(), runner.set().namespace(), USED_UP).stream()
                .map(Quotas.Use::toString)
                .collect(Collectors.joining("; "));
        return quotas.isEmpty()
                ? step
                : new Step(step.name(), step.state(), step.time(), step.reason(), step.detail() + "; " + quotas);
    }
}

package io.github.arc4j.cli.why.scaleset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.Optional;

/** GitHub has assigned jobs, for which the listener requests runners. */
final class DemandStage implements Stage<ScaleSet> {
    private static final String NAME = "demand";

    @Override
    public Step check(ScaleSet set) {
        Optional<EphemeralRunnerSet> runnerSet = set.runnerSet();
        if (runnerSet.isEmpty()) {
            return Step.pending(NAME);
        }
        Optional<Condition> stale = set.conditions().find("DemandStale", true);
        if (stale.isPresent()) {
            return Step.of(NAME, stale.get());
        }
        long busy = set.runners().stream().filter(EphemeralRunner::hasJob).count();
        int desired = set.desired();
        return Step.done(
                NAME,
                Optional.empty(),
                desired == 0 && busy == 0
                        ? "no jobs are assigned to the scale set"
                        : "%d desired, %d with a job".formatted(desired, busy));
    }

    /** As {@link #check}, if a job is known to wait: a scale set without demand has not received it. */
    static Step ofWaitingJob(ScaleSet set) {
        Step step = new DemandStage().check(set);
        long busyOrIdle = set.runners().stream()
                .filter(runner -> runner.hasJob() || Conditions.of(runner).isTrue(ConditionTypes.READY))
                .count();
        boolean isMet = set.desired() <= busyOrIdle;
        boolean isLimited = set.desired() >= set.object().getSpec().maxRunnersOrDefault();
        return step.state() == Step.State.DONE && isMet && !isLimited
                ? Step.problem(NAME, Optional.empty(), "NoDemand", "no further job is assigned to the scale set")
                : step;
    }
}

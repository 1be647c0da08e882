package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;

/** GitHub has the scale set. */
final class RegisteredStage implements Stage<ScaleSet> {
    private static final ConditionStage CONDITION =
            ConditionStage.required("scale set registered", ConditionTypes.SCALE_SET_REGISTERED);

    @Override
    public Step check(ScaleSet set) {
        Step step = CONDITION.check(set);
        String id = Annotations.get(set.object(), Annotations.RUNNER_SCALE_SET_ID);
        return step.state() == Step.State.DONE && !id.isEmpty()
                ? new Step(
                        step.name(),
                        step.state(),
                        step.time(),
                        "",
                        "ID %s at %s".formatted(id, set.object().getSpec().githubConfigUrl()))
                : step;
    }
}

package io.github.arc4j.cli.why.scaleset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.Optional;

/**
 * What a condition of the AutoscalingRunnerSet reports.
 *
 * @param name name of the step
 * @param type type of the condition
 * @param isOptional whether the condition exists only after a problem
 */
record ConditionStage(String name, String type, boolean isOptional) implements Stage<ScaleSet> {
    static ConditionStage required(String name, String type) {
        return new ConditionStage(name, type, false);
    }

    static ConditionStage optional(String name, String type) {
        return new ConditionStage(name, type, true);
    }

    @Override
    public Step check(ScaleSet set) {
        return set.conditions().find(type).map(this::of).orElseGet(() -> withoutCondition(set));
    }

    private Step of(Condition condition) {
        return "True".equals(condition.getStatus())
                ? Step.done(name, Conditions.since(condition), "")
                : Step.of(name, condition);
    }

    private Step withoutCondition(ScaleSet set) {
        return isOptional && !set.conditions().list().isEmpty()
                ? Step.done(name, Optional.empty(), "")
                : Step.pending(name);
    }
}

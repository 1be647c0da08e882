package io.github.arc4j.cli.why.runner;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.Optional;

/** The runner is connected to GitHub, as far as the controller knows. */
final class OnlineStage implements Stage<RunnerView> {
    private static final String NAME = "runner online";

    @Override
    public Step check(RunnerView runner) {
        Conditions conditions = Conditions.of(runner.runner());
        Optional<Condition> offline = conditions.find("Online", false);
        if (offline.isPresent()) {
            return Step.of(NAME, offline.get());
        }
        return conditions
                .find(ConditionTypes.READY, true)
                .map(ready -> Step.done(NAME, Conditions.since(ready), ""))
                .orElseGet(() -> Step.pending(NAME));
    }
}

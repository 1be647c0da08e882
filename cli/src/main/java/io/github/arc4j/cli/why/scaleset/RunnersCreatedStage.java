package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** As many runners exist as are desired. */
final class RunnersCreatedStage implements Stage<ScaleSet> {
    private static final String NAME = "runners created";

    /** Reasons of the EphemeralRunnerSet that concern creation; others concern runners that exist. */
    private static final Set<String> OF_CREATION = Set.of("QuotaExceeded", "RequestRefused", "RunnersRefused");

    @Override
    public Step check(ScaleSet set) {
        Optional<EphemeralRunnerSet> runnerSet = set.runnerSet();
        if (runnerSet.isEmpty()) {
            return Step.pending(NAME);
        }
        Optional<Step> rejected = Conditions.of(runnerSet.get())
                .find(ConditionTypes.READY, false)
                .filter(condition -> OF_CREATION.contains(Conditions.reason(condition)))
                .map(condition -> Step.of(NAME, condition));
        if (rejected.isPresent()) {
            return rejected.get();
        }
        List<EphemeralRunner> runners = set.runners().stream()
                .filter(runner -> Times.deleted(runner).isEmpty())
                .toList();
        int missing = set.desired() - runners.size();
        return missing > 0
                ? Step.waiting(
                        NAME,
                        Optional.empty(),
                        "RunnersMissing",
                        "%d of %d desired runners do not exist yet".formatted(missing, set.desired()))
                : Step.done(
                        NAME,
                        runners.isEmpty() ? Optional.empty() : Times.created(runners.getLast()),
                        runners.size() + " exist");
    }
}

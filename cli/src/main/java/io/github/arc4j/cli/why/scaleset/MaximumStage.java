package io.github.arc4j.cli.why.scaleset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.why.path.Stage;
import io.github.arc4j.cli.why.path.Step;
import java.util.List;
import java.util.Optional;

/** Fewer runners have a job than {@code maxRunners} allows. */
final class MaximumStage implements Stage<ScaleSet> {
    private static final String NAME = "room below maxRunners";

    @Override
    public Step check(ScaleSet set) {
        int maximum = set.object().getSpec().maxRunnersOrDefault();
        if (maximum == 0) {
            return Step.waiting(NAME, Optional.empty(), "Paused", "maxRunners is 0: the scale set is paused");
        }
        List<EphemeralRunner> runners = set.runners();
        long busy = runners.stream().filter(EphemeralRunner::hasJob).count();
        if (busy >= maximum) {
            return Step.waiting(
                    NAME,
                    Optional.empty(),
                    "MaximumReached",
                    "%d of %d runners have a job; further jobs wait".formatted(busy, maximum));
        }
        return Step.done(
                NAME,
                Optional.empty(),
                maximum == Integer.MAX_VALUE
                        ? "no limit"
                        : "%d of %d runners exist".formatted(runners.size(), maximum));
    }
}

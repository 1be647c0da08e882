package io.github.arc4j.cli.why;

import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.path.Obstacle;
import io.github.arc4j.cli.why.path.Step;
import io.github.arc4j.cli.why.scaleset.ControllerStage;
import java.util.Optional;

/** The first step of every path on its own. */
public final class ControllerStep {
    private ControllerStep() {}

    /** Why no controller runs; empty if one does, or if it cannot be determined. */
    public static Optional<Obstacle> problem(Snapshot snapshot) {
        Step step = ControllerStage.check(snapshot);
        return step.state() == Step.State.PROBLEM ? Optional.of(Obstacle.of(step)) : Optional.empty();
    }
}

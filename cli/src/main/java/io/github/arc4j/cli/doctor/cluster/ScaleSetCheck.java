package io.github.arc4j.cli.doctor.cluster;

import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.path.Obstacle;
import io.github.arc4j.cli.why.scaleset.ScaleSetPath;
import java.util.List;

/** The first obstacle on the path of each scale set. */
public final class ScaleSetCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        return snapshot.scaleSets().stream()
                .flatMap(set -> ScaleSetPath.of(set).problem().stream()
                        // Reported once by the check of the controller.
                        .filter(problem -> !problem.reason().equals("ControllerDown")
                                && !problem.reason().equals("ControllerMissing"))
                        .map((Obstacle problem) -> Finding.problem(
                                Finding.name(set), problem.reason(), problem.step() + ": " + problem.message())))
                .toList();
    }
}

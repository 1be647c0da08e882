package io.github.arc4j.cli.doctor.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.VersionGate;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;

/** The chart of each scale set has a version that the controller supports. */
public final class VersionCheck implements Check {
    @Override
    public List<Finding> find(Snapshot snapshot) {
        return snapshot.scaleSets().stream().flatMap(set -> find(set).stream()).toList();
    }

    private static Optional<Finding> find(ScaleSet set) {
        Optional<Condition> condition = set.conditions().find(ConditionTypes.VERSION_SUPPORTED);
        if (condition.isPresent()) {
            return condition
                    .filter(found -> "False".equals(found.getStatus()))
                    .map(found -> Finding.warning(Finding.name(set), "VersionMismatch", Conditions.message(found)));
        }
        String controller = new Controller(set.snapshot()).version();
        return controller.isEmpty() || VersionGate.isVersionAllowed(set.chartVersion(), controller)
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        Finding.name(set),
                        "VersionMismatch",
                        "the scale set was installed by chart version %s, the controller is %s"
                                .formatted(set.chartVersion(), controller)));
    }
}

package io.github.arc4j.cli.doctor.cluster;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.doctor.finding.Severity;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import io.github.arc4j.cli.why.runner.Quotas;
import java.util.List;

/** The ResourceQuotas of the scale sets' namespaces have room. */
public final class QuotaCheck implements Check {
    private static final int NEAR = 90;
    private static final int USED_UP = 100;

    @Override
    public List<Finding> find(Snapshot snapshot) {
        if (!snapshot.hasRead(ResourceQuota.class)) {
            return List.of(Finding.unknown("", "ResourceQuotas cannot be read"));
        }
        return snapshot.scaleSets().stream()
                .map(ScaleSet::namespace)
                .distinct()
                .flatMap(namespace -> Quotas.usedAtLeast(snapshot, namespace, NEAR).stream())
                .map(use -> Finding.of(
                        use.percent() < USED_UP ? Severity.WARNING : Severity.PROBLEM,
                        "ResourceQuota %s/%s".formatted(use.namespace(), use.quota()),
                        "QuotaExceeded",
                        use.toString()))
                .toList();
    }
}

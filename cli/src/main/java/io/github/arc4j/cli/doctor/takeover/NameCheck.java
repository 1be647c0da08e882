package io.github.arc4j.cli.doctor.takeover;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.cli.doctor.finding.Check;
import io.github.arc4j.cli.doctor.finding.Finding;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** No two scale sets have the same name on GitHub: they would be one scale set there. */
public final class NameCheck implements Check {
    /** The controller rejects longer ones, so such a scale set has no name on GitHub. */
    private static final int LONGEST_URL = 2048;

    @Override
    public List<Finding> find(Snapshot snapshot) {
        Map<String, List<ScaleSet>> byName = snapshot.scaleSets().stream()
                .filter(set -> set.object().getSpec().githubConfigUrl().length() <= LONGEST_URL)
                .collect(Collectors.groupingBy(NameCheck::key, LinkedHashMap::new, Collectors.toList()));
        return byName.values().stream()
                .filter(same -> same.size() > 1)
                .map(same -> Finding.problem(
                        Finding.name(same.getLast()),
                        "ScaleSetNameTaken",
                        "%s has the same name %s, runner group and githubConfigUrl"
                                .formatted(
                                        Finding.name(same.getFirst()),
                                        same.getFirst().scaleSetName())))
                .toList();
    }

    private static String key(ScaleSet set) {
        AutoscalingRunnerSetSpec spec = set.object().getSpec();
        return String.join(
                        "\n",
                        withoutSlashesAtEnd(spec.githubConfigUrl()),
                        spec.runnerGroup().equalsIgnoreCase("default") ? "" : spec.runnerGroup(),
                        set.scaleSetName())
                .toLowerCase(Locale.ROOT);
    }

    private static String withoutSlashesAtEnd(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }
}

package io.github.arc4j.cli.why;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.errors.InvalidConfigUrlException;
import io.github.arc4j.cli.snapshot.ScaleSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which scale sets may run the jobs of a repository, as far as the cluster shows: runner groups are on GitHub. */
final class Coverage {
    private Coverage() {}

    static boolean covers(ScaleSet set, Question.Run run) {
        ConfigUrl url;
        try {
            url = ConfigUrl.parse(set.object().getSpec().githubConfigUrl());
        } catch (InvalidConfigUrlException e) {
            return false;
        }
        return run.host().equals(authority(url))
                && switch (url.scope()) {
                    // Only GitHub knows which organizations an enterprise has.
                    case ENTERPRISE -> true;
                    case ORGANIZATION -> url.organization().equalsIgnoreCase(run.owner());
                    case REPOSITORY ->
                        url.organization().equalsIgnoreCase(run.owner())
                                && url.repository().equalsIgnoreCase(run.repository());
                };
    }

    private static String authority(ConfigUrl url) {
        String host = String.valueOf(url.uri().getRawAuthority()).toLowerCase(Locale.ROOT);
        return host.substring(host.lastIndexOf('@') + 1);
    }

    static boolean hasLabels(ScaleSet set, List<String> runsOn) {
        Set<String> labels = set.object().getSpec().runnerScaleSetLabels().stream()
                .map(label -> label.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(HashSet::new));
        labels.add(set.scaleSetName().toLowerCase(Locale.ROOT));
        return runsOn.stream().allMatch(label -> labels.contains(label.toLowerCase(Locale.ROOT)));
    }
}

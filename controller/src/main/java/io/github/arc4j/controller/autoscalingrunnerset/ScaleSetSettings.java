package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.model.Label;
import io.github.arc4j.actions.model.RunnerScaleSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the spec of an AutoscalingRunnerSet to its scale set on GitHub. */
final class ScaleSetSettings {
    private static final Logger log = LoggerFactory.getLogger(ScaleSetSettings.class);

    /** ID of the default runner group, which every organization and repository has. */
    private static final int DEFAULT_RUNNER_GROUP = 1;

    private ScaleSetSettings() {}

    static String desiredName(AutoscalingRunnerSet set) {
        String name = set.getSpec().runnerScaleSetName();
        return name.isEmpty() ? set.getMetadata().getName() : name;
    }

    /**
     * Finds the scale set by its runner group and name, or creates it. Adopting an existing one also recovers from a
     * creation whose response was lost.
     */
    static RunnerScaleSet findOrCreate(AutoscalingRunnerSet set, ScaleSetApi github) throws InterruptedException {
        int group = groupId(set.getSpec(), github);
        String name = desiredName(set);
        Optional<RunnerScaleSet> existing = github.findScaleSet(group, name);
        return existing.isPresent()
                ? existing.get()
                : github.createScaleSet(RunnerScaleSet.builder()
                        .name(name)
                        .runnerGroupId(group)
                        .labels(labels(name, set.getSpec().runnerScaleSetLabels()))
                        .disableUpdate(true)
                        .build());
    }

    /**
     * Renames the scale set and moves it to another runner group, if the spec requires it. Clearing a field later
     * changes nothing.
     */
    static RunnerScaleSet updateNameAndGroup(AutoscalingRunnerSet set, RunnerScaleSet current, ScaleSetApi github)
            throws InterruptedException {
        AutoscalingRunnerSetSpec spec = set.getSpec();
        boolean rename = differs(spec.runnerScaleSetName(), current.name());
        boolean move = differs(spec.runnerGroup(), current.runnerGroupName());
        if (!rename && !move) {
            return current;
        }
        RunnerScaleSet.Builder changes = RunnerScaleSet.builder();
        if (rename) {
            changes.name(spec.runnerScaleSetName());
        }
        if (move) {
            changes.runnerGroupId(groupId(spec, github));
        }
        RunnerScaleSet updated = github.updateScaleSet(current.id(), changes.build());
        if (rename) {
            log.info("Renamed scale set {} from {} to {}", current.id(), current.name(), updated.name());
        }
        if (move) {
            log.info(
                    "Moved scale set {} from runner group {} to {}",
                    current.id(),
                    current.runnerGroupName(),
                    updated.runnerGroupName());
        }
        return updated;
    }

    /** Whether labels or runner settings differ from the spec. */
    static boolean haveDrifted(AutoscalingRunnerSet set, RunnerScaleSet current) {
        return !current.runnerSetting().disableUpdate() || !hasLabels(set, current);
    }

    static boolean hasLabels(AutoscalingRunnerSet set, RunnerScaleSet current) {
        return names(current.labels())
                .equals(names(labels(current.name(), set.getSpec().runnerScaleSetLabels())));
    }

    static RunnerScaleSet updateLabels(AutoscalingRunnerSet set, RunnerScaleSet current, ScaleSetApi github)
            throws InterruptedException {
        RunnerScaleSet updated = github.updateScaleSet(
                current.id(),
                RunnerScaleSet.builder()
                        .labels(labels(current.name(), set.getSpec().runnerScaleSetLabels()))
                        .disableUpdate(true)
                        .build());
        log.info("Changed the labels of scale set {} to {}", current.id(), names(updated.labels()));
        return updated;
    }

    private static int groupId(AutoscalingRunnerSetSpec spec, ScaleSetApi github) throws InterruptedException {
        return spec.runnerGroup().isEmpty()
                ? DEFAULT_RUNNER_GROUP
                : github.getRunnerGroup(spec.runnerGroup()).id();
    }

    private static boolean differs(String desired, String current) {
        return !desired.isEmpty() && !desired.equalsIgnoreCase(current);
    }

    private static List<Label> labels(String name, List<String> additional) {
        List<Label> labels = new ArrayList<>();
        labels.add(Label.system(name));
        additional.stream()
                .distinct()
                .filter(label -> !label.equals(name))
                .map(Label::system)
                .forEach(labels::add);
        return labels;
    }

    /** Label names in lower case, because GitHub matches labels case-insensitively. */
    static Set<String> names(List<Label> labels) {
        return labels.stream()
                .map(label -> label.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}

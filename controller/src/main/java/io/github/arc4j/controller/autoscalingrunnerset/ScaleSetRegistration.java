package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.actions.Label;
import io.github.arc4j.actions.RunnerScaleSet;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scale set at GitHub that belongs to an AutoscalingRunnerSet. What GitHub answered is kept in the object's
 * annotations, so that the wish can be compared without asking GitHub.
 */
final class ScaleSetRegistration {
    /** The group that every organization and repository has. */
    private static final int DEFAULT_RUNNER_GROUP = 1;

    /** The scale set's id, 0 while there is none. */
    static int id(AutoscalingRunnerSet set) {
        try {
            return Math.max(0, Integer.parseInt(annotation(set, Annotations.RUNNER_SCALE_SET_ID)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The name that the scale set shall have on GitHub. */
    static String wantedName(AutoscalingRunnerSet set) {
        String name = set.getSpec().runnerScaleSetName();
        return name.isEmpty() ? set.getMetadata().getName() : name;
    }

    /** Finds the scale set by its group and name, or creates it. Adopting also repairs a creation whose answer was lost. */
    RunnerScaleSet register(AutoscalingRunnerSet set, ScaleSetApi github) throws InterruptedException {
        int group = groupId(set.getSpec(), github);
        String name = wantedName(set);
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

    /** Whether the user wants the scale set in another group or by another name than GitHub has it. */
    boolean needsUpdate(AutoscalingRunnerSet set) {
        return groupDiffers(set) || nameDiffers(set);
    }

    /** Moves and renames the scale set. */
    RunnerScaleSet update(AutoscalingRunnerSet set, ScaleSetApi github) throws InterruptedException {
        RunnerScaleSet.Builder changes = RunnerScaleSet.builder();
        if (groupDiffers(set)) {
            changes.runnerGroupId(groupId(set.getSpec(), github));
        }
        if (nameDiffers(set)) {
            changes.name(wantedName(set));
        }
        return github.updateScaleSet(id(set), changes.build());
    }

    private static boolean groupDiffers(AutoscalingRunnerSet set) {
        return differs(set.getSpec().runnerGroup(), annotation(set, Annotations.RUNNER_GROUP_NAME));
    }

    private static boolean nameDiffers(AutoscalingRunnerSet set) {
        return differs(set.getSpec().runnerScaleSetName(), annotation(set, Annotations.RUNNER_SCALE_SET_NAME));
    }

    /** What to remember of GitHub's answer. */
    static Map<String, String> annotations(RunnerScaleSet answer) {
        return Map.of(
                Annotations.RUNNER_SCALE_SET_ID, Integer.toString(answer.id()),
                Annotations.RUNNER_SCALE_SET_NAME, answer.name(),
                Annotations.RUNNER_GROUP_NAME, answer.runnerGroupName());
    }

    private static int groupId(AutoscalingRunnerSetSpec spec, ScaleSetApi github) throws InterruptedException {
        return spec.runnerGroup().isEmpty()
                ? DEFAULT_RUNNER_GROUP
                : github.getRunnerGroup(spec.runnerGroup()).id();
    }

    /** Emptying a wish later changes nothing. */
    private static boolean differs(String wanted, String current) {
        return current.isEmpty() || (!wanted.isEmpty() && !wanted.equalsIgnoreCase(current));
    }

    private static List<Label> labels(String name, List<String> further) {
        List<Label> labels = new ArrayList<>();
        labels.add(Label.system(name));
        further.stream()
                .distinct()
                .filter(label -> !label.equals(name))
                .map(Label::system)
                .forEach(labels::add);
        return labels;
    }

    static String annotation(AutoscalingRunnerSet set, String key) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(key, "");
    }
}

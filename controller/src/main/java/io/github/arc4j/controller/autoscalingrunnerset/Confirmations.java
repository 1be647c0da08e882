package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.RunnerSetConditions.Part;
import io.github.arc4j.controller.kube.Conditions;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;

/**
 * Whether GitHub has answered an object, with its credentials, that the scale set which its annotations name is there and
 * its own. Annotations are the user's to write, so they alone keep no scale set from anybody. Remembered by this process, and
 * told in the status for the next one.
 */
final class Confirmations {
    private static final String REGISTERED = "Registered";

    private final PerObject<String> confirmed;

    Confirmations(ResourceCache<AutoscalingRunnerSet> sets) {
        this.confirmed = new PerObject<>(sets);
    }

    /** GitHub has just confirmed what the annotations say. */
    void confirm(AutoscalingRunnerSet set) {
        confirmed.put(set, RegisteredScaleSet.key(set));
    }

    /** Another scale set, or the same one at another URL, is not confirmed. */
    boolean isConfirmed(AutoscalingRunnerSet set) {
        return RegisteredScaleSet.key(set).equals(confirmed.get(set)) || saysSo(set);
    }

    private static boolean saysSo(AutoscalingRunnerSet set) {
        return Conditions.find(RunnerSetStatusWriter.statusOf(set).conditions(), RunnerSetConditions.REGISTERED)
                .filter(condition -> "True".equals(condition.getStatus()))
                .filter(condition -> REGISTERED.equals(condition.getReason()))
                .filter(condition -> message(set).equals(condition.getMessage()))
                .isPresent();
    }

    /** What the condition says, which names the scale set so that it cannot be taken for another one's later. */
    Part condition(AutoscalingRunnerSet set) {
        return isConfirmed(set)
                ? new Part(true, REGISTERED, message(set))
                : Part.trouble(
                        "ScaleSetUnconfirmed",
                        "the annotation names scale set %d, which GitHub has not confirmed yet: see GitHubReachable"
                                .formatted(RegisteredScaleSet.id(set)));
    }

    private static String message(AutoscalingRunnerSet set) {
        return "scale set %d is registered at %s"
                .formatted(RegisteredScaleSet.id(set), RegisteredScaleSet.configUrl(set));
    }
}

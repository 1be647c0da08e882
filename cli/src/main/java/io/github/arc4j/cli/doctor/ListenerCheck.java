package io.github.arc4j.cli.doctor;

import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.Controller;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.util.stream.Stream;

/** Each registered scale set has one listener in the controller's namespace, and there are no others. */
final class ListenerCheck {
    private ListenerCheck() {}

    static Stream<Finding> find(Snapshot snapshot) {
        return Stream.concat(
                snapshot.all(AutoscalingListener.class).stream().flatMap(listener -> ofListener(snapshot, listener)),
                snapshot.scaleSets().stream().flatMap(ListenerCheck::ofScaleSet));
    }

    private static Stream<Finding> ofListener(Snapshot snapshot, AutoscalingListener listener) {
        String namespace = listener.getMetadata().getNamespace();
        boolean isServedHere = snapshot.controller().isCertain()
                && !new Controller(snapshot).ignores(listener.getSpec().autoscalingRunnerSetNamespace());
        if (isServedHere && !namespace.equals(snapshot.controllerNamespace())) {
            return Stream.of(Finding.problem(
                    Finding.name(listener),
                    "ListenerElsewhere",
                    "it is not in the controller's namespace %s and may hold the session of its scale set"
                            .formatted(snapshot.controllerNamespace())));
        }
        boolean hasOwner = snapshot.find(
                        AutoscalingRunnerSet.class,
                        listener.getSpec().autoscalingRunnerSetNamespace(),
                        listener.getSpec().autoscalingRunnerSetName())
                .isPresent();
        return hasOwner || !snapshot.isComplete()
                ? Stream.empty()
                : Stream.of(Finding.warning(
                        Finding.name(listener),
                        "ListenerLeftOver",
                        "its scale set %s/%s does not exist"
                                .formatted(
                                        listener.getSpec().autoscalingRunnerSetNamespace(),
                                        listener.getSpec().autoscalingRunnerSetName())));
    }

    private static Stream<Finding> ofScaleSet(ScaleSet set) {
        Conditions conditions = set.conditions();
        boolean isMissing = conditions.isTrue(ConditionTypes.SCALE_SET_REGISTERED)
                && conditions
                        .find(ConditionTypes.RUNNER_VERSION_ACCEPTED, false)
                        .isEmpty()
                && set.listener().isEmpty();
        return isMissing
                ? Stream.of(Finding.problem(Finding.name(set), "ListenerMissing", "the scale set has no listener"))
                : Stream.empty();
    }
}

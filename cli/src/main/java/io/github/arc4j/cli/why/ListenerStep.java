package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.PodProblem;
import io.github.arc4j.cli.snapshot.ScaleSet;
import java.util.Optional;

/** The listener runs and has a message session. */
final class ListenerStep {
    private static final String NAME = "listener running";

    private ListenerStep() {}

    static Step of(ScaleSet set) {
        Conditions conditions = set.conditions();
        Optional<Condition> running = conditions.find(ConditionTypes.LISTENER_RUNNING, true);
        if (running.isPresent()) {
            return Step.done(NAME, holder(set)).since(Conditions.since(running.get()));
        }
        Optional<AutoscalingListener> listener = set.listener();
        Optional<Step> cause = listener.flatMap(found -> ofPod(set, found))
                .or(() -> listener.flatMap(found -> Conditions.of(found).find(ConditionTypes.READY, false))
                        .map(condition -> Step.of(NAME, condition)))
                .or(() -> conditions
                        .find(ConditionTypes.LISTENER_RUNNING, false)
                        .map(condition -> Step.of(NAME, condition)));
        if (cause.isPresent()) {
            return cause.get();
        }
        return conditions.list().isEmpty() || !set.snapshot().hasRead(AutoscalingListener.class)
                ? Step.pending(NAME)
                : Step.problem(NAME, "ListenerMissing", "the scale set has no listener");
    }

    private static String holder(ScaleSet set) {
        return set.listener()
                .map(listener -> listener.statusOrEmpty().session() == null
                        ? "pod " + listener.getMetadata().getName()
                        : "session held by "
                                + listener.statusOrEmpty().session().holder())
                .orElse("");
    }

    private static Optional<Step> ofPod(ScaleSet set, AutoscalingListener listener) {
        return set.podOf(listener)
                .flatMap(pod -> PodProblem.of(pod, set.snapshot()))
                .map(problem -> Step.problem(
                                NAME,
                                problem.reason(),
                                "pod %s: %s".formatted(listener.getMetadata().getName(), problem.message()))
                        .since(Conditions.of(listener)
                                .find(ConditionTypes.READY, false)
                                .flatMap(Conditions::since)));
    }
}

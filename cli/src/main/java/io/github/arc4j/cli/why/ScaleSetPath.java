package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The path of a scale set, from its controller to running jobs. */
public final class ScaleSetPath {
    private ScaleSetPath() {}

    public static Path of(ScaleSet set) {
        return of(set, ScalingSteps.demand(set));
    }

    /** The path of a job that waits for a runner of the scale set. */
    public static Path ofWaitingJob(ScaleSet set) {
        return of(set, ScalingSteps.demandOfWaitingJob(set));
    }

    private static Path of(ScaleSet set, Step demand) {
        List<Step> steps = new ArrayList<>(List.of(ControllerStep.of(set), AcceptedStep.of(set)));
        ConditionTypes.CAUSES_FIRST.forEach(type -> ofCondition(set, type).ifPresent(steps::add));
        steps.add(demand);
        steps.add(ScalingSteps.room(set));
        steps.add(ScalingSteps.runnersCreated(set));
        steps.add(ScalingSteps.runnersStart(set));
        if (steps.stream().noneMatch(step -> step.state() == Step.State.PROBLEM)) {
            // Whatever else keeps the scale set from being ready.
            set.conditions()
                    .find(ConditionTypes.READY, false)
                    .map(condition -> Step.of("ready", condition))
                    .filter(step -> step.state() == Step.State.PROBLEM)
                    .ifPresent(steps::add);
        }
        return Path.of("scale set %s/%s".formatted(set.namespace(), set.name()), List.copyOf(steps));
    }

    /** The step that a condition reports; empty if other steps consider it. */
    private static Optional<Step> ofCondition(ScaleSet set, String type) {
        return Optional.ofNullable(
                switch (type) {
                    case ConditionTypes.CREDENTIALS_VALID -> reported(set, type, "credentials valid");
                    case ConditionTypes.GITHUB_REACHABLE -> reported(set, type, "GitHub reachable");
                    case ConditionTypes.SCALE_SET_REGISTERED -> registered(set);
                    case ConditionTypes.RUNNER_VERSION_ACCEPTED -> versionAccepted(set);
                    case ConditionTypes.LISTENER_RUNNING -> ListenerStep.of(set);
                    default -> null;
                });
    }

    private static Step reported(ScaleSet set, String type, String name) {
        Optional<Condition> condition = set.conditions().find(type);
        if (condition.isEmpty()) {
            return Step.pending(name);
        }
        return "True".equals(condition.get().getStatus())
                ? Step.done(name, "").since(condition.flatMap(Conditions::since))
                : Step.of(name, condition.get());
    }

    private static Step registered(ScaleSet set) {
        Step step = reported(set, ConditionTypes.SCALE_SET_REGISTERED, "scale set registered");
        String id = Annotations.get(set.object(), Annotations.RUNNER_SCALE_SET_ID);
        return step.state() == Step.State.DONE && !id.isEmpty()
                ? step.withDetail(
                        "ID %s at %s".formatted(id, set.object().getSpec().githubConfigUrl()))
                : step;
    }

    /** The condition exists only after a problem. */
    private static Step versionAccepted(ScaleSet set) {
        Step step = reported(set, ConditionTypes.RUNNER_VERSION_ACCEPTED, "runner version accepted");
        return step.state() == Step.State.PENDING && !set.conditions().list().isEmpty()
                ? Step.done(step.name(), "")
                : step;
    }
}

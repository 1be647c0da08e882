package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.cli.snapshot.Conditions;
import io.github.arc4j.cli.snapshot.ScaleSet;
import io.github.arc4j.cli.snapshot.Times;
import io.github.arc4j.process.advice.Reasons;
import java.time.Duration;
import java.util.Optional;

/** The controller has processed the current spec of the AutoscalingRunnerSet, and can apply it. */
final class AcceptedStep {
    private static final String NAME = "spec accepted";
    private static final Duration REACTION_TIME = Duration.ofMinutes(1);

    private AcceptedStep() {}

    static Step of(ScaleSet set) {
        Conditions conditions = set.conditions();
        if (conditions.list().isEmpty()) {
            return withoutStatus(set);
        }
        Optional<Condition> notReady = conditions.find(ConditionTypes.READY, false);
        boolean isDeleted = Times.deleted(set.object()).isPresent();
        Optional<Step> rejected = notReady.filter(condition -> isDeleted || isAboutSpec(condition, conditions))
                .map(condition -> Step.of(NAME, condition));
        if (rejected.isPresent()) {
            return rejected.get();
        }
        if (isDeleted) {
            return Step.waiting(NAME, "Deleting", "the scale set is being deleted")
                    .since(Times.deleted(set.object()));
        }
        Long generation = set.object().getMetadata().getGeneration();
        Long observed = set.object().getStatus().observedGeneration();
        return generation == null || observed == null || observed >= generation
                ? Step.done(NAME, "").since(Times.created(set.object()))
                : Step.waiting(NAME, Reasons.NOT_RECONCILED, "the controller has not processed the latest change");
    }

    /** A request for the listener may be rejected for the same reasons as one for the scale set. */
    private static boolean isAboutSpec(Condition notReady, Conditions all) {
        String reason = Conditions.reason(notReady);
        return Reasons.isAboutSpec(reason)
                && all.find(ConditionTypes.LISTENER_RUNNING, false)
                        .map(Conditions::reason)
                        .filter(reason::equals)
                        .isEmpty();
    }

    private static Step withoutStatus(ScaleSet set) {
        // Accounts that may not read Events see that the API server dropped only a part of the status.
        boolean hasOtherStatus = set.object().getStatus() != null
                && !set.object().getStatus().phase().isEmpty();
        boolean isCrdOutdated =
                hasOtherStatus || set.events().stream().anyMatch(event -> "CRDOutdated".equals(event.getReason()));
        if (isCrdOutdated) {
            return Step.problem(
                    NAME,
                    "CRDOutdated",
                    "the status has no conditions: the installed CRDs are outdated, or the Go controller serves the"
                            + " scale set");
        }
        boolean isNew = Times.created(set.object())
                .filter(created ->
                        created.plus(REACTION_TIME).isAfter(set.snapshot().time()))
                .isPresent();
        String detail = "the scale set has no conditions: no controller has processed it";
        Step step = isNew
                ? Step.waiting(NAME, Reasons.NOT_RECONCILED, detail)
                : Step.problem(NAME, Reasons.NOT_RECONCILED, detail);
        return step.since(Times.created(set.object()));
    }
}

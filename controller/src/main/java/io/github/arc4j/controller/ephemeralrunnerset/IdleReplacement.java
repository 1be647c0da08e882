package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.FormerRunnerSets;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/** Replaces idle runners that get no job although jobs wait, according to the plan of {@link StaleDemand}. */
final class IdleReplacement {
    private final ResourceCache<AutoscalingRunnerSet> scaleSets;
    private final RunnerIndex index;
    private final FormerRunnerSets formerSets;
    private final StaleDemand staleDemand;
    private final RunnerDeletion deletion;
    private final EventRecorder events;

    IdleReplacement(
            ResourceCache<AutoscalingRunnerSet> scaleSets,
            RunnerIndex index,
            FormerRunnerSets formerSets,
            StaleDemand staleDemand,
            RunnerDeletion deletion,
            EventRecorder events) {
        this.scaleSets = scaleSets;
        this.index = index;
        this.formerSets = formerSets;
        this.staleDemand = staleDemand;
        this.deletion = deletion;
        this.events = events;
    }

    /** @param outcome receives the plan, failures, and when to call again */
    void replace(EphemeralRunnerSet set, PassOutcome outcome) throws Exception {
        Integer minRunners = minRunners(set);
        if (minRunners == null) {
            return;
        }
        StaleDemand.Plan plan =
                staleDemand.plan(set, minRunners, () -> formerSets.runners(set) + index.countDeparting(set));
        outcome.found(plan);
        outcome.repeatAfter(plan.next());
        if (plan.replaced().isEmpty()) {
            return;
        }
        int number = plan.replaced().size();
        events.warning(
                set,
                RunnerEnding.IDLE_REPLACED.reason(),
                "%d jobs have not started for %d minutes although runners are idle; replacing the %d oldest ones"
                        .formatted(plan.waiting(), StaleDemand.STUCK_AFTER.toMinutes(), number));
        deletion.deleteIdle(set, plan.replaced(), number, RunnerEnding.IDLE_REPLACED, outcome);
    }

    /** Idle runners that the desired number includes; null if the scale set is not in the cache. */
    private @Nullable Integer minRunners(EphemeralRunnerSet set) {
        return Owners.controllerOf(set)
                .map(owner -> scaleSets.get(new Request(set.getMetadata().getNamespace(), owner.getName())))
                .map(scaleSet -> scaleSet.getSpec().minRunnersOrDefault())
                .orElse(null);
    }
}

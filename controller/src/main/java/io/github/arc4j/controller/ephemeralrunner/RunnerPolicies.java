package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.Optional;

/** The policies of runners, which are those of their sets: a change applies to existing runners. */
record RunnerPolicies(ResourceCache<EphemeralRunnerSet> sets) {
    /** The policy of the runner's set; the default policy if the set does not exist. */
    RunnerPolicy of(EphemeralRunner runner) {
        return setOf(runner).map(set -> set.getSpec().policyOrDefault()).orElse(RunnerPolicy.DEFAULT);
    }

    /** The set that controls the runner. */
    Optional<EphemeralRunnerSet> setOf(EphemeralRunner runner) {
        return Owners.controllerIn(sets, runner);
    }
}

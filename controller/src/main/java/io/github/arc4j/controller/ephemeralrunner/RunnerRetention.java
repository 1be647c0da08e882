package io.github.arc4j.controller.ephemeralrunner;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.controller.ephemeralrunner.rules.RemovalRules;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import io.github.arc4j.controller.runners.pod.RunnerPod;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps failed runners for inspection: their status says so, they are deregistered, and of their objects only the pod
 * remains. Their set no longer counts them, and deletes them after their retention. Every step can be repeated.
 */
final class RunnerRetention {
    private final RunnerPolicies policies;
    private final RunnerRemoval removal;
    private final Clock clock;

    RunnerRetention(RunnerPolicies policies, RunnerRemoval removal, Clock clock) {
        this.policies = policies;
        this.removal = removal;
        this.clock = clock;
    }

    /** Reports the failure, and marks the runner in the same write, on which all other steps are based. */
    Step begin(CurrentRunner runner, @Nullable Pod pod, String message) throws Exception {
        Instant now = clock.instant();
        Duration duration = policies.of(runner.get())
                .retentionIfEnabled()
                .map(FailedRunnerRetention::durationOrDefault)
                .orElse(Duration.ZERO);
        runner.warn(RunnerEnding.POD_FAILED_AND_RETAINED.reason(), message);
        // The listener may report a job meanwhile, which decides how the runner's end is accounted for.
        runner.writeStatusIfUnchanged(
                Statuses.retained(runner.get(), RunnerPod.runnerId(pod), message, now.plus(duration), now));
        return new Step.Stop(resume(runner.get(), pod));
    }

    /** Continues until only the pod remains. */
    Result resume(EphemeralRunner runner, @Nullable Pod pod) throws Exception {
        Duration podTimeout = RemovalRules.untilPodMustEnd(runner, pod, clock.instant());
        if (podTimeout != null && !podTimeout.isPositive()) {
            return removal.end(runner, pod, RunnerEnding.CONTAINERS_STILL_RUNNING);
        }
        Result result = RunnerDeregistration.isDue(runner)
                ? removal.removeAllButPod(runner, pod, Retention.since(runner))
                : Result.done();
        return podTimeout == null ? result : result.within(podTimeout);
    }
}

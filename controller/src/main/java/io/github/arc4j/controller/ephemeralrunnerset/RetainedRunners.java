package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.api.v1alpha1.FailedRunnerRetention;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.ephemeralrunnerset.scaling.ScalingState;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.controller.runners.RunnerEnding;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deletes failed runners that were kept for inspection, according to {@code policy.retainFailed}. */
final class RetainedRunners {
    private final RunnerIndex index;
    private final ScalingState scaling;
    private final RunnerDeletion deletion;
    private final InstantSource clock;

    RetainedRunners(RunnerIndex index, ScalingState scaling, RunnerDeletion deletion, InstantSource clock) {
        this.index = index;
        this.scaling = scaling;
        this.deletion = deletion;
        this.clock = clock;
    }

    /**
     * Deletes those whose retention has expired, and all but the latest ones. One whose replacement is delayed is kept,
     * so at times there are more than the policy allows: deleting it would cancel the backoff.
     *
     * @return when to call again; null if none remains
     */
    @Nullable Duration deleteDue(EphemeralRunnerSet set) throws Exception {
        if (index.counts(set).retained() == 0) {
            return null;
        }
        List<EphemeralRunner> latestFirst = index.in(set, RunnerState.RETAINED).stream()
                .sorted(Comparator.comparing(Retention::since)
                        .thenComparing(runner -> runner.getMetadata().getName())
                        .reversed())
                .toList();
        FailedRunnerRetention retention =
                set.getSpec().policyOrDefault().retentionIfEnabled().orElse(null);
        int max = retention == null ? 0 : retention.maxOrDefault();
        List<EphemeralRunner> due = new ArrayList<>();
        Duration next = null;
        for (int i = 0; i < latestFirst.size(); i++) {
            EphemeralRunner runner = latestFirst.get(i);
            Duration remaining = retention == null ? Duration.ZERO : remaining(runner, retention);
            boolean isKept =
                    (i < max && remaining.isPositive()) || (retention != null && scaling.isWaiting(set, runner));
            if (!isKept) {
                due.add(runner);
            } else if (remaining.isPositive() && (next == null || remaining.compareTo(next) < 0)) {
                next = remaining;
            }
        }
        deletion.deleteEnded(set, due, RunnerEnding.RETENTION_OVER);
        return next;
    }

    private Duration remaining(EphemeralRunner runner, FailedRunnerRetention retention) {
        return Duration.between(clock.instant(), Retention.since(runner).plus(retention.durationOrDefault()));
    }
}

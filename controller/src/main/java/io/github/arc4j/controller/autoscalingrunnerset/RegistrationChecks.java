package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import io.github.arc4j.controller.runtime.queue.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tracks when each scale set was last checked at GitHub, and when the next check is due: after an edit, when something
 * does not work, and periodically. Kept in memory, so a new process checks each scale set once.
 */
final class RegistrationChecks {
    static final Duration PERIOD = Duration.ofMinutes(10);
    /** Interval while the listener or runners have a problem, which a missing scale set may cause. */
    static final Duration PROBLEM_PERIOD = Duration.ofMinutes(1);

    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1));
    /** Spreads the checks of many scale sets. */
    private static final int SPREAD_SECONDS = 60;

    private final RunnerSetStatusWriter status;
    private final Clock clock;
    private final PerObject<Check> checks;

    RegistrationChecks(ResourceCache<AutoscalingRunnerSet> sets, RunnerSetStatusWriter status, Clock clock) {
        this.status = status;
        this.clock = clock;
        this.checks = new PerObject<>(sets);
    }

    /**
     * The last check.
     *
     * @param scaleSetId ID of the checked scale set
     * @param failures number of consecutive failures; 0 if the last check succeeded
     * @param retryAfter delay after a failure
     */
    private record Check(
            Instant at,
            @Nullable Long generation,
            int scaleSetId,
            int failures,
            Duration retryAfter,
            boolean labelsRefused) {}

    boolean isDue(AutoscalingRunnerSet set) {
        return !untilNext(set).isPositive();
    }

    /** Time until the next check; zero if it is due. */
    Duration untilNext(AutoscalingRunnerSet set) {
        Check last = current(set);
        if (last == null) {
            return Duration.ZERO;
        }
        Duration remaining = Duration.between(clock.instant(), last.at().plus(period(set, last)));
        return remaining.isPositive() ? remaining : Duration.ZERO;
    }

    private Duration period(AutoscalingRunnerSet set, Check last) {
        if (last.failures() > 0) {
            return last.retryAfter();
        }
        return status.hasProblem(set)
                ? PROBLEM_PERIOD
                : PERIOD.plusSeconds(Math.floorMod(set.getMetadata().getUid().hashCode(), SPREAD_SECONDS));
    }

    void done(AutoscalingRunnerSet set) {
        put(set, 0, Duration.ZERO, hasRefusedLabels(set));
    }

    /** Records a failed check; the delay doubles with each failure. */
    void failed(AutoscalingRunnerSet set, GitHubFailure failure) {
        Check last = current(set);
        int failures = last == null ? 1 : last.failures() + 1;
        Duration own = RETRY.delay(failures);
        put(set, failures, failure.delay().compareTo(own) > 0 ? failure.delay() : own, hasRefusedLabels(set));
    }

    void labelsRefused(AutoscalingRunnerSet set) {
        put(set, 0, Duration.ZERO, true);
    }

    boolean hasRefusedLabels(AutoscalingRunnerSet set) {
        Check last = current(set);
        return last != null && last.labelsRefused();
    }

    private void put(AutoscalingRunnerSet set, int failures, Duration retryAfter, boolean labelsRefused) {
        checks.put(
                set,
                new Check(
                        clock.instant(),
                        set.getMetadata().getGeneration(),
                        RegisteredScaleSet.id(set),
                        failures,
                        retryAfter,
                        labelsRefused));
    }

    /** The last check, if it was for the current spec and annotations and its result is still recorded. */
    private @Nullable Check current(AutoscalingRunnerSet set) {
        Check last = checks.get(set);
        return last != null
                        && Objects.equals(last.generation(), set.getMetadata().getGeneration())
                        && last.scaleSetId() == RegisteredScaleSet.id(set)
                        && (last.failures() > 0 || RegisteredScaleSet.isRecorded(set))
                ? last
                : null;
    }
}

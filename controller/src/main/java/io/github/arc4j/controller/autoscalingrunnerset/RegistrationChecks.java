package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.autoscalingrunnerset.derived.RegisteredScaleSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tracks when each scale set was last checked on GitHub, and when the next check is due: after an edit, when something
 * does not work, and periodically. Kept in memory, so a new process checks each scale set once.
 */
final class RegistrationChecks {
    static final Duration PERIOD = Duration.ofMinutes(10);
    /** Interval while the listener or runners have a problem, which a missing scale set may cause. */
    static final Duration PROBLEM_PERIOD = Duration.ofMinutes(1);

    /** Interval after a failed check. Constant, because the client of the scale set backs off itself. */
    static final Duration RETRY_PERIOD = Duration.ofSeconds(30);
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
     * @param retryAfter interval until the next check if this one failed; null if it succeeded
     */
    private record Check(
            Instant at,
            @Nullable Long generation,
            int scaleSetId,
            @Nullable Duration retryAfter,
            boolean labelsRejected) {}

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
        Duration retryAfter = last.retryAfter();
        if (retryAfter != null) {
            return retryAfter;
        }
        return status.hasProblem(set)
                ? PROBLEM_PERIOD
                : PERIOD.plusSeconds(Math.floorMod(set.getMetadata().getUid().hashCode(), SPREAD_SECONDS));
    }

    void done(AutoscalingRunnerSet set) {
        put(set, null, hasRejectedLabels(set));
    }

    /** Records a failed check, which is repeated after {@link #RETRY_PERIOD}, or later if GitHub has asked for that. */
    void failed(AutoscalingRunnerSet set, GitHubFailure failure) {
        Duration requested = failure.delay();
        put(set, requested.compareTo(RETRY_PERIOD) > 0 ? requested : RETRY_PERIOD, hasRejectedLabels(set));
    }

    void labelsRejected(AutoscalingRunnerSet set) {
        put(set, null, true);
    }

    boolean hasRejectedLabels(AutoscalingRunnerSet set) {
        Check last = current(set);
        return last != null && last.labelsRejected();
    }

    private void put(AutoscalingRunnerSet set, @Nullable Duration retryAfter, boolean labelsRejected) {
        checks.put(
                set,
                new Check(
                        clock.instant(),
                        set.getMetadata().getGeneration(),
                        RegisteredScaleSet.id(set),
                        retryAfter,
                        labelsRejected));
    }

    /** The last check, if it was for the current spec and annotations and its result is still recorded. */
    private @Nullable Check current(AutoscalingRunnerSet set) {
        Check last = checks.get(set);
        return last != null
                        && Objects.equals(last.generation(), set.getMetadata().getGeneration())
                        && last.scaleSetId() == RegisteredScaleSet.id(set)
                        && (last.retryAfter() != null || RegisteredScaleSet.isRecorded(set))
                ? last
                : null;
    }
}

package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When each scale set was looked at on GitHub, and when it is to be looked at again: after an edit, when something does
 * not work, and now and then. Kept in memory, so that a new process looks at each once.
 */
final class RegistrationChecks {
    static final Duration PERIOD = Duration.ofMinutes(10);
    /** While the listener or runners are in trouble, which a missing scale set may be the reason of. */
    static final Duration PERIOD_IN_TROUBLE = Duration.ofMinutes(1);

    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1));
    /** Spreads the scale sets of a fleet. */
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
     * The last look.
     *
     * @param scaleSetId that was looked at
     * @param failures in a row, 0 if the last one succeeded
     * @param retryAfter after a failure
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

    /** Zero if it is due. */
    Duration untilNext(AutoscalingRunnerSet set) {
        Check last = current(set);
        if (last == null) {
            return Duration.ZERO;
        }
        Duration rest = Duration.between(clock.instant(), last.at().plus(period(set, last)));
        return rest.isPositive() ? rest : Duration.ZERO;
    }

    private Duration period(AutoscalingRunnerSet set, Check last) {
        if (last.failures() > 0) {
            return last.retryAfter();
        }
        return status.isInTrouble(set)
                ? PERIOD_IN_TROUBLE
                : PERIOD.plusSeconds(Math.floorMod(set.getMetadata().getUid().hashCode(), SPREAD_SECONDS));
    }

    void done(AutoscalingRunnerSet set) {
        put(set, 0, Duration.ZERO, hasRefusedLabels(set));
    }

    /** The delays double with each failure. */
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

    /** The last look at what spec and annotations say now, unless what came of it is lost. */
    private @Nullable Check current(AutoscalingRunnerSet set) {
        Check last = checks.get(set);
        return last != null
                        && Objects.equals(last.generation(), set.getMetadata().getGeneration())
                        && last.scaleSetId() == RegisteredScaleSet.id(set)
                        && (last.failures() > 0 || RegisteredScaleSet.isRemembered(set))
                ? last
                : null;
    }
}

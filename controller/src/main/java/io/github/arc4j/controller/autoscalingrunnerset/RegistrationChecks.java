package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.github.GitHubFailure;
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

    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
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
     * @param retryAfter null if it succeeded
     */
    private record Check(
            Instant at,
            @Nullable Long generation,
            int scaleSetId,
            @Nullable Duration retryAfter,
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
        Duration retryAfter = last.retryAfter();
        if (retryAfter != null) {
            return retryAfter;
        }
        return status.isInTrouble(set)
                ? PERIOD_IN_TROUBLE
                : PERIOD.plusSeconds(Math.floorMod(set.getMetadata().getUid().hashCode(), SPREAD_SECONDS));
    }

    void done(AutoscalingRunnerSet set) {
        put(set, null, hasRefusedLabels(set));
    }

    /** The pauses double with each failure. */
    void failed(AutoscalingRunnerSet set, GitHubFailure failure) {
        Check last = current(set);
        Duration before = last == null ? null : last.retryAfter();
        Duration doubled = before == null ? RETRY : before.multipliedBy(2);
        Duration bounded = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
        put(set, failure.delay().compareTo(bounded) > 0 ? failure.delay() : bounded, hasRefusedLabels(set));
    }

    void labelsRefused(AutoscalingRunnerSet set) {
        put(set, null, true);
    }

    boolean hasRefusedLabels(AutoscalingRunnerSet set) {
        Check last = current(set);
        return last != null && last.labelsRefused();
    }

    private void put(AutoscalingRunnerSet set, @Nullable Duration retryAfter, boolean labelsRefused) {
        checks.put(
                set,
                new Check(
                        clock.instant(),
                        set.getMetadata().getGeneration(),
                        RegisteredScaleSet.id(set),
                        retryAfter,
                        labelsRefused));
    }

    /** The last look at what spec and annotations say now, unless what came of it is lost. */
    private @Nullable Check current(AutoscalingRunnerSet set) {
        Check last = checks.get(set);
        return last != null
                        && Objects.equals(last.generation(), set.getMetadata().getGeneration())
                        && last.scaleSetId() == RegisteredScaleSet.id(set)
                        && (last.retryAfter() != null || RegisteredScaleSet.isRemembered(set))
                ? last
                : null;
    }
}

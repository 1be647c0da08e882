package io.github.arc4j.controller.github;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The condition that reports whether GitHub can be used for an object, and since when. Because it is in the object's
 * status, the timeout of a deletion does not restart with the controller.
 */
public final class GitHubReachable {
    public static final String TYPE = ConditionTypes.GITHUB_REACHABLE;

    /**
     * How long a deletion retries GitHub after the first failure; then it continues, and GitHub cleans up by itself.
     */
    public static final Duration DELETION_TIMEOUT = Duration.ofMinutes(10);

    private GitHubReachable() {}

    /**
     * The conditions after a call or an attempt to make one. A success is reported only after a failure.
     *
     * @param failure null after a success
     */
    public static List<Condition> after(
            @Nullable List<Condition> conditions, @Nullable GitHubFailure failure, HasMetadata object, Instant now) {
        List<Condition> previous = conditions == null ? List.of() : conditions;
        boolean wasFailing = Conditions.since(previous, TYPE, false).isPresent();
        if (failure == null) {
            return wasFailing
                    ? Conditions.with(
                            previous, TYPE, true, "Reachable", "GitHub is responding", generation(object), now)
                    : previous;
        }
        boolean isReported = Conditions.has(previous, TYPE, false, failure.reason());
        return isReported || (wasFailing && !failure.isWorthReporting())
                ? previous
                : Conditions.with(previous, TYPE, false, failure.reason(), failure.message(), generation(object), now);
    }

    /** Whether GitHub has been unusable for longer than a deletion waits. */
    public static boolean hasTimedOut(@Nullable List<Condition> conditions, Instant now) {
        return remainingTime(conditions, now).filter(Duration::isZero).isPresent();
    }

    /** Whether only a change of the configuration can restore access to GitHub. */
    public static boolean isLockedOut(@Nullable List<Condition> conditions) {
        return Conditions.find(conditions, TYPE)
                .filter(condition -> "False".equals(condition.getStatus()))
                .filter(condition -> GitHubFailure.isLockout(condition.getReason()))
                .isPresent();
    }

    /** How much longer a deletion retries GitHub, at least zero; empty while GitHub can be used. */
    public static Optional<Duration> remainingTime(@Nullable List<Condition> conditions, Instant now) {
        return Conditions.since(conditions, TYPE, false)
                .map(since -> Duration.between(now, since.plus(DELETION_TIMEOUT)))
                .map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    private static @Nullable Long generation(HasMetadata object) {
        return object.getMetadata().getGeneration();
    }
}

package io.github.arc4j.controller.github;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.ConditionTypes;
import io.github.arc4j.controller.kube.conditions.ConditionList;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.kube.conditions.Health;
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

    /** The condition's content after a success. */
    public static final Health RESPONDING = Health.ok("Reachable", "GitHub is responding");

    private GitHubReachable() {}

    /**
     * The conditions after a call or an attempt to make one. A success is reported only after a failure.
     *
     * @param failure null after a success
     */
    public static List<Condition> after(
            List<Condition> previous, @Nullable GitHubFailure failure, HasMetadata object, Instant now) {
        ConditionList conditions = new ConditionList(object, previous, now);
        boolean wasFailing = Conditions.find(previous, TYPE, false).isPresent();
        if (failure == null) {
            return wasFailing ? conditions.set(TYPE, RESPONDING).list() : previous;
        }
        boolean isReported = Conditions.has(previous, TYPE, false, failure.reason());
        return isReported || (wasFailing && !failure.isWorthReporting())
                ? previous
                : conditions.set(TYPE, failure.health()).list();
    }

    /** Whether GitHub has been unusable for longer than a deletion waits. */
    public static boolean hasTimedOut(List<Condition> conditions, Instant now) {
        return remainingTime(conditions, now).filter(Duration::isZero).isPresent();
    }

    /** Whether only a change of the configuration can restore access to GitHub. */
    public static boolean isLockedOut(List<Condition> conditions) {
        return Conditions.find(conditions, TYPE, false)
                .filter(condition -> GitHubFailure.isLockout(condition.getReason()))
                .isPresent();
    }

    /** How much longer a deletion retries GitHub, at least zero; empty while GitHub can be used. */
    public static Optional<Duration> remainingTime(List<Condition> conditions, Instant now) {
        return Conditions.since(conditions, TYPE, false)
                .map(since -> Duration.between(now, since.plus(DELETION_TIMEOUT)))
                .map(left -> left.isNegative() ? Duration.ZERO : left);
    }
}

package io.github.arc4j.controller.github;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.controller.kube.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The condition that tells whether GitHub can be used for an object, and since when. It is kept in the object's status,
 * so that the patience of a deletion does not begin anew with each process.
 */
public final class GitHubReachable {
    public static final String TYPE = "GitHubReachable";

    /** For so long a deletion tries GitHub, from the first failure on; then GitHub's side is left to its own clean-up. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private GitHubReachable() {}

    /**
     * The conditions after a call, or a try to make one. A success is told only where a failure was.
     *
     * @param failure null after a success
     */
    public static List<Condition> after(
            @Nullable List<Condition> conditions, @Nullable GitHubFailure failure, HasMetadata object, Instant now) {
        List<Condition> before = conditions == null ? List.of() : conditions;
        boolean wasFailing = Conditions.since(before, TYPE, false).isPresent();
        if (failure == null) {
            return wasFailing
                    ? Conditions.with(before, TYPE, true, "Reachable", "GitHub answers", generation(object), now)
                    : before;
        }
        boolean isTold = Conditions.has(before, TYPE, false, failure.reason());
        return isTold || (wasFailing && !failure.isNews())
                ? before
                : Conditions.with(before, TYPE, false, failure.reason(), failure.message(), generation(object), now);
    }

    /** Whether GitHub could not be used for longer than a deletion waits. */
    public static boolean isGivenUp(@Nullable List<Condition> conditions, Instant now) {
        return patienceLeft(conditions, now).filter(Duration::isZero).isPresent();
    }

    /** Whether nothing but a change of the configuration gives access to GitHub again. */
    public static boolean isLockedOut(@Nullable List<Condition> conditions) {
        return Conditions.find(conditions, TYPE)
                .filter(condition -> "False".equals(condition.getStatus()))
                .filter(condition -> GitHubFailure.isLockout(condition.getReason()))
                .isPresent();
    }

    /** How long a deletion goes on to try GitHub, zero at least; empty while GitHub can be used. */
    public static Optional<Duration> patienceLeft(@Nullable List<Condition> conditions, Instant now) {
        return Conditions.since(conditions, TYPE, false)
                .map(since -> Duration.between(now, since.plus(PATIENCE)))
                .map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    private static @Nullable Long generation(HasMetadata object) {
        return object.getMetadata().getGeneration();
    }
}

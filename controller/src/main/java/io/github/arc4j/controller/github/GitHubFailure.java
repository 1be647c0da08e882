package io.github.arc4j.controller.github;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Why a request to GitHub failed, as conditions and Events report it.
 *
 * @param health the reason, and a message that says what failed and what to do; the same each time, without request
 *     IDs, which are in the log
 * @param delay delay before the retry
 * @param longestDelay upper limit of the delay, which grows with further failures; equal to {@code delay} if the retry
 *     time is known
 */
public record GitHubFailure(Health health, Duration delay, Duration longestDelay) {
    private static final String BACKING_OFF = GitHubAccessException.BACKING_OFF;
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
    /** Not every correction by the user is reported by a watch. */
    private static final Duration LONGEST_CONFIGURATION_DELAY = Duration.ofMinutes(1);

    /** Failures that can end without a change of the configuration. */
    private static final Set<String> TRANSIENT_REASONS =
            Set.of(BACKING_OFF, "GitHubUnreachable", "GitHubRequestFailed", "RateLimited", "VaultUnavailable");

    private static final Set<String> CREDENTIAL_REASONS =
            Set.of("AuthenticationFailed", "InvalidCredentials", "SecretMissing", "SecretUnreadable");

    private static final Set<String> REQUEST_REASONS =
            Set.of("AuthenticationFailed", "GitHubRequestFailed", "GitHubUnreachable", "RateLimited");

    /** The user's configuration does not work. */
    public static GitHubFailure of(GitHubAccessException e) {
        return e.isWaiting()
                ? waiting(message(e), e.retryAfter())
                : failure(e.reason(), message(e), e.retryAfter(), LONGEST_CONFIGURATION_DELAY);
    }

    /** A call failed, or was held back. */
    public static GitHubFailure of(ActionsException e) {
        if (e instanceof CallNotPermittedException heldBack) {
            return waiting(heldBack.summary(), heldBack.retryAfter().orElse(FIRST_DELAY));
        }
        Optional<Duration> requested = e.retryAfter().map(time -> time.compareTo(FIRST_DELAY) < 0 ? FIRST_DELAY : time);
        Duration delay = requested.orElse(FIRST_DELAY);
        Duration longest = requested.orElse(LONGEST_DELAY);
        return switch (e) {
            case AuthenticationException a ->
                failure(
                        "AuthenticationFailed",
                        "GitHub rejected the credentials; check the token or GitHub App, its permissions and the config URL: "
                                + a.summary(),
                        delay,
                        longest);
            case RateLimitedException r ->
                failure("RateLimited", "GitHub limits the rate of requests: " + r.summary(), delay, longest);
            case ConnectionException c ->
                failure(
                        "GitHubUnreachable",
                        "GitHub cannot be reached; check the config URL, DNS, proxy and certificates: " + c.summary(),
                        delay,
                        longest);
            default -> failure("GitHubRequestFailed", e.summary(), delay, longest);
        };
    }

    private static GitHubFailure failure(String reason, String message, Duration delay, Duration longestDelay) {
        return new GitHubFailure(Health.problem(reason, message), delay, longestDelay);
    }

    private static GitHubFailure waiting(String message, Duration delay) {
        return failure(BACKING_OFF, message, delay, delay);
    }

    /**
     * Whether conditions should report it. During the backoff after earlier failures, they keep the original failure.
     */
    public boolean isWorthReporting() {
        return !reason().equals(BACKING_OFF);
    }

    public String reason() {
        return health.reason();
    }

    public String message() {
        return health.message();
    }

    /** The result of a reconcile that failed this way. */
    public Result result() {
        return delay.equals(longestDelay)
                ? Result.postponed(delay)
                : Result.retry(Backoff.doubling(delay, longestDelay));
    }

    /** Whether the failure lasts until the configuration is changed. */
    public boolean isLockout() {
        return isLockout(reason());
    }

    static boolean isLockout(String reason) {
        return !TRANSIENT_REASONS.contains(reason);
    }

    /** Whether credentials are missing, unreadable or rejected. */
    public boolean concernsCredentials() {
        return CREDENTIAL_REASONS.contains(reason()) || reason().startsWith("Vault");
    }

    /** Whether the message names the request that failed, which is not the same each time. */
    public boolean namesRequest() {
        return REQUEST_REASONS.contains(reason());
    }

    private static String message(GitHubAccessException e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
}

package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.CircuitOpenException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.RateLimitedException;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Why GitHub could not be used, in the words of conditions and Events.
 *
 * @param reason a CamelCase word
 * @param message what failed and what to do; the same each time, without ids: those are in the log
 * @param delay when to try again
 * @param longestDelay further failures lengthen the delay up to this; equal to it if somebody knows when a try makes sense
 */
public record GitHubFailure(String reason, String message, Duration delay, Duration longestDelay) {
    private static final String BACKING_OFF = "BackingOff";
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
    /** What the user mends is not always told by a watch. */
    private static final Duration LONGEST_DELAY_OF_MISTAKES = Duration.ofMinutes(1);

    /** What passes without a change of the configuration. */
    private static final Set<String> PASSING_REASONS =
            Set.of(BACKING_OFF, "GitHubUnreachable", "GitHubRequestFailed", "RateLimited", "VaultUnavailable");

    private static final Set<String> CREDENTIAL_REASONS =
            Set.of("AuthenticationFailed", "InvalidCredentials", "SecretMissing", "SecretUnreadable");

    /** What the user configured does not work. */
    public static GitHubFailure of(GitHubAccessException e) {
        return e.isWaiting()
                ? waiting(message(e), e.retryAfter())
                : new GitHubFailure(e.reason(), message(e), e.retryAfter(), LONGEST_DELAY_OF_MISTAKES);
    }

    /** A call failed, or was not made. */
    public static GitHubFailure of(ActionsException e) {
        if (e instanceof CircuitOpenException held) {
            return waiting(held.summary(), held.retryAfter().orElse(FIRST_DELAY));
        }
        Optional<Duration> asked = e.retryAfter().map(time -> time.compareTo(FIRST_DELAY) < 0 ? FIRST_DELAY : time);
        Duration delay = asked.orElse(FIRST_DELAY);
        Duration longest = asked.orElse(LONGEST_DELAY);
        return switch (e) {
            case AuthenticationException a ->
                new GitHubFailure(
                        "AuthenticationFailed",
                        "GitHub refused the credentials; check token or app, its permissions and the config URL: "
                                + a.summary(),
                        delay,
                        longest);
            case RateLimitedException r ->
                new GitHubFailure("RateLimited", "GitHub limits the rate of requests: " + r.summary(), delay, longest);
            case ConnectionException c ->
                new GitHubFailure(
                        "GitHubUnreachable",
                        "GitHub can't be reached; check the config URL, DNS, proxy and certificates: " + c.summary(),
                        delay,
                        longest);
            default -> new GitHubFailure("GitHubRequestFailed", e.summary(), delay, longest);
        };
    }

    private static GitHubFailure waiting(String message, Duration delay) {
        return new GitHubFailure(BACKING_OFF, message, delay, delay);
    }

    /** Whether conditions should say it. While earlier failures are waited out, they keep what they have. */
    public boolean isNews() {
        return !reason.equals(BACKING_OFF);
    }

    /** What becomes of the key whose pass failed so. */
    public Result result() {
        return delay.equals(longestDelay) ? Result.postponed(delay) : Result.retry(new Backoff(delay, longestDelay));
    }

    /** Whether a failure of this reason lasts until somebody changes the configuration. */
    static boolean isLockout(String reason) {
        return !PASSING_REASONS.contains(reason);
    }

    /** Whether credentials are missing, unreadable or refused. */
    public boolean concernsCredentials() {
        return CREDENTIAL_REASONS.contains(reason) || reason.startsWith("Vault");
    }

    private static String message(GitHubAccessException e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
}

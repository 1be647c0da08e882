package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.RateLimitedException;
import java.time.Duration;
import java.util.Objects;

/**
 * Why GitHub could not be used, in the words of conditions and Events.
 *
 * @param reason a CamelCase word
 * @param message what failed and what to do
 * @param delay when to try again
 */
public record GitHubFailure(String reason, String message, Duration delay) {
    /** Reason while earlier failures are waited out; it says nothing new, so conditions keep what they have. */
    public static final String BACKING_OFF = "BackingOff";

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(1);

    public static GitHubFailure of(GitHubAccessException e) {
        return new GitHubFailure(e.reason(), message(e), e.retryAfter());
    }

    public static GitHubFailure of(ActionsException e) {
        Duration delay = e.retryAfter().orElse(DEFAULT_DELAY);
        return switch (e) {
            case AuthenticationException a ->
                new GitHubFailure(
                        "AuthenticationFailed",
                        "GitHub refused the credentials; check token or app, its permissions and the config URL: "
                                + message(a),
                        delay);
            case RateLimitedException r ->
                new GitHubFailure("RateLimited", "GitHub limits the rate of requests: " + message(r), delay);
            case ConnectionException c ->
                new GitHubFailure(
                        "GitHubUnreachable",
                        "GitHub can't be reached; check the config URL, DNS, proxy and certificates: " + message(c),
                        delay);
            default -> new GitHubFailure("GitHubRequestFailed", message(e), delay);
        };
    }

    /** Whether conditions should say it. */
    public boolean isNews() {
        return !reason.equals(BACKING_OFF);
    }

    private static String message(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }
}

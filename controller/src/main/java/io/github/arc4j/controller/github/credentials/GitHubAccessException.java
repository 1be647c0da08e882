package io.github.arc4j.controller.github.credentials;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * GitHub cannot be called because the configuration is incomplete or invalid. Retried, because a Secret may be created
 * or corrected.
 */
public final class GitHubAccessException extends Exception {
    private static final long serialVersionUID = 1;

    /** The reason while no call is attempted. */
    public static final String BACKING_OFF = "BackingOff";

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(5);

    private final String reason;
    private final Duration retryAfter;

    /**
     * @param reason CamelCase reason for conditions and Events
     * @param message the problem and what to do about it, without secrets
     */
    public GitHubAccessException(String reason, String message) {
        this(reason, message, null, DEFAULT_DELAY);
    }

    public GitHubAccessException(String reason, String message, Throwable cause) {
        this(reason, message, cause, DEFAULT_DELAY);
    }

    private GitHubAccessException(String reason, String message, @Nullable Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** No call was attempted. */
    public static GitHubAccessException waiting(String message, Duration retryAfter) {
        return new GitHubAccessException(BACKING_OFF, message, null, retryAfter);
    }

    /** Whether this is not a new failure, but the backoff after earlier ones. */
    public boolean isWaiting() {
        return reason.equals(BACKING_OFF);
    }

    public Duration retryAfter() {
        return retryAfter;
    }

    public String reason() {
        return reason;
    }
}

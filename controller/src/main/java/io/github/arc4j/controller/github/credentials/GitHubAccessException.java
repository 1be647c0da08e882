package io.github.arc4j.controller.github.credentials;

import java.time.Duration;

/**
 * GitHub cannot be called because the configuration is incomplete or invalid. Retried, because a Secret may be created
 * or corrected.
 */
public final class GitHubAccessException extends Exception {
    private static final long serialVersionUID = 1;

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(5);

    private final String reason;
    private final Duration retryAfter;
    private final boolean isWaiting;

    /**
     * @param reason CamelCase reason for conditions and Events
     * @param message the problem and what to do about it, without secrets
     */
    public GitHubAccessException(String reason, String message) {
        super(message);
        this.reason = reason;
        this.retryAfter = DEFAULT_DELAY;
        this.isWaiting = false;
    }

    public GitHubAccessException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = DEFAULT_DELAY;
        this.isWaiting = false;
    }

    private GitHubAccessException(String message, Duration retryAfter) {
        super(message);
        this.reason = "BackingOff";
        this.retryAfter = retryAfter;
        this.isWaiting = true;
    }

    /** No call was attempted. */
    public static GitHubAccessException waiting(String message, Duration retryAfter) {
        return new GitHubAccessException(message, retryAfter);
    }

    /** Whether this is not a new failure, but the backoff after earlier ones. */
    public boolean isWaiting() {
        return isWaiting;
    }

    /** How long to wait before a retry. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public String reason() {
        return reason;
    }
}

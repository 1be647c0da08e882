package io.github.arc4j.controller.github;

import java.time.Duration;

/** GitHub cannot be called because of what the user configured. Retried, since a Secret may appear or be mended. */
public final class GitHubAccessException extends Exception {
    private static final long serialVersionUID = 1;

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(5);

    private final String reason;
    private final Duration retryAfter;
    private final boolean isWaiting;

    /**
     * @param reason a CamelCase word for conditions and Events
     * @param message what is wrong and what to do, without secrets
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

    /** It was not tried. */
    static GitHubAccessException waiting(String message, Duration retryAfter) {
        return new GitHubAccessException(message, retryAfter);
    }

    /** Whether nothing new failed: earlier failures are waited out. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public String reason() {
        return reason;
    }
}

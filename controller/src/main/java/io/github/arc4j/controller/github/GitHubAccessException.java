package io.github.arc4j.controller.github;

import java.time.Duration;

/** GitHub cannot be called because of what the user configured. Retried, since a Secret may appear or be mended. */
public final class GitHubAccessException extends Exception {
    private static final long serialVersionUID = 1;

    private static final Duration DEFAULT_DELAY = Duration.ofSeconds(10);

    private final String reason;
    private final Duration retryAfter;

    /**
     * @param reason a CamelCase word for conditions and Events
     * @param message what is wrong and what to do, without secrets
     */
    public GitHubAccessException(String reason, String message) {
        super(message);
        this.reason = reason;
        this.retryAfter = DEFAULT_DELAY;
    }

    public GitHubAccessException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = DEFAULT_DELAY;
    }

    /** Earlier failures are being waited out. */
    static GitHubAccessException backingOff(Duration retryAfter) {
        return new GitHubAccessException(retryAfter);
    }

    private GitHubAccessException(Duration retryAfter) {
        super("waiting after failed requests to GitHub");
        this.reason = GitHubFailure.BACKING_OFF;
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public String reason() {
        return reason;
    }
}

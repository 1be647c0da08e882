package io.github.arc4j.controller.github;

/** GitHub could not be called, or a call failed; the message is that of the cause. */
public final class GitHubCallException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient GitHubFailure failure;

    GitHubCallException(GitHubFailure failure, Exception cause) {
        super(cause.getMessage(), cause);
        this.failure = failure;
    }

    public GitHubFailure failure() {
        return failure;
    }
}

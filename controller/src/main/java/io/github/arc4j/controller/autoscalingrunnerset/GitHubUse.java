package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.controller.github.GitHubFailure;
import org.jspecify.annotations.Nullable;

/**
 * The result of a reconcile's requests to GitHub.
 *
 * @param asked whether a request was needed
 * @param failure why the request failed; null if it succeeded
 */
record GitHubUse(boolean asked, @Nullable GitHubFailure failure) {
    static final GitHubUse NONE = new GitHubUse(false, null);
    static final GitHubUse ANSWERED = new GitHubUse(true, null);

    static GitHubUse failed(GitHubFailure failure) {
        return new GitHubUse(true, failure);
    }
}

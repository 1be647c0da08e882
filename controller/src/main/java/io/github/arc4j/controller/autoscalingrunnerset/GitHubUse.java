package io.github.arc4j.controller.autoscalingrunnerset;

import io.github.arc4j.controller.github.GitHubFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a pass learned of GitHub.
 *
 * @param asked whether there was anything to ask
 * @param failure why there was no answer, null if there was one
 */
record GitHubUse(boolean asked, @Nullable GitHubFailure failure) {
    static final GitHubUse NONE = new GitHubUse(false, null);
    static final GitHubUse ANSWERED = new GitHubUse(true, null);

    static GitHubUse failed(GitHubFailure failure) {
        return new GitHubUse(true, failure);
    }
}

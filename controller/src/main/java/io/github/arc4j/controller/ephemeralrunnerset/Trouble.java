package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubFailure;

/**
 * Why a set cannot do what it should, in the words of its condition.
 *
 * @param isNews false if it says no more than what was said before
 * @param isWordedAlike whether the message stays the same as long as the trouble does; others name the request that
 *     failed, and the first one is enough
 */
record Trouble(String reason, String message, boolean isNews, boolean isWordedAlike) {
    static Trouble of(GitHubAccessException e) {
        GitHubFailure failure = GitHubFailure.of(e);
        return new Trouble(failure.reason(), failure.message(), failure.isNews(), true);
    }

    static Trouble of(ActionsException e) {
        GitHubFailure failure = GitHubFailure.of(e);
        return new Trouble(failure.reason(), failure.message(), failure.isNews(), false);
    }

    static Trouble of(RunnerCreation.Refusal refusal) {
        return new Trouble("RunnersRefused", "Failed to create runners: " + refusal.message(), true, false);
    }
}

package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.runtime.Result;
import io.github.arc4j.controller.runtime.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one pass over a set met, and when the next one is due because of it. */
final class Findings {
    private @Nullable Trouble trouble;
    private @Nullable GitHubFailure gitHubFailure;
    private @Nullable Duration comeBack;

    void met(Trouble met) {
        trouble = met;
    }

    void met(GitHubAccessException e) {
        met(Trouble.of(e));
        gitHubFailure = GitHubFailure.of(e);
    }

    void met(ActionsException e) {
        met(Trouble.of(e));
        gitHubFailure = GitHubFailure.of(e);
    }

    /** The next pass is due then at the latest; null if it need not be. */
    void comeBackAfter(@Nullable Duration delay) {
        if (delay != null && (comeBack == null || delay.compareTo(comeBack) < 0)) {
            comeBack = delay;
        }
    }

    /** What the set's condition says; null if all is well. */
    @Nullable Trouble trouble() {
        return trouble;
    }

    /** Why GitHub could not be used; null if it could, or was not. */
    @Nullable GitHubFailure gitHubFailure() {
        return gitHubFailure;
    }

    /** Ends the pass. After a failure the key comes back with back-off, or sooner for what is due sooner. */
    Step end() {
        if (gitHubFailure == null) {
            return comeBack == null ? Step.done() : Step.after(comeBack);
        }
        if (comeBack != null && comeBack.compareTo(gitHubFailure.delay()) < 0) {
            return new Step.Stop(Result.postponed(comeBack));
        }
        return new Step.Stop(gitHubFailure.result());
    }
}

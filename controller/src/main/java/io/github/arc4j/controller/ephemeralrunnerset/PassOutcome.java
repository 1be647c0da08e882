package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.controller.github.GitHubFailure;
import io.github.arc4j.controller.kube.conditions.Health;
import io.github.arc4j.runtime.Result;
import io.github.arc4j.runtime.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What went wrong in one pass over a set, and when the next pass is due. */
final class PassOutcome {
    private @Nullable SetHealth problem;
    private @Nullable GitHubFailure gitHubFailure;
    private @Nullable Duration nextPass;
    private StaleDemand.@Nullable Plan staleDemand;

    /** The pass has determined how many jobs wait although runners are idle. */
    void found(StaleDemand.Plan demand) {
        staleDemand = demand;
    }

    /** The jobs that wait although runners are idle; null if the pass has not determined them. */
    StaleDemand.@Nullable Plan staleDemand() {
        return staleDemand;
    }

    /** How many of the jobs that the desired number includes need no runner. */
    int staleJobs() {
        return staleDemand == null ? 0 : staleDemand.unneeded();
    }

    /** Kubernetes rejected runners. */
    void failed(SetHealth rejection) {
        problem = rejection;
    }

    /** GitHub cannot be called, or a call failed. Messages that name a request differ, so the first one is kept. */
    void failed(GitHubFailure failure) {
        gitHubFailure = failure;
        SetHealth health = failure.namesRequest()
                ? new SetHealth(Health.problem(failure.reason(), ""), failure::message)
                : new SetHealth(failure.health());
        problem = failure.isWorthReporting() ? health : null;
    }

    /** The next pass is due after this delay at the latest; null requests none. */
    void repeatAfter(@Nullable Duration delay) {
        if (delay != null && (nextPass == null || delay.compareTo(nextPass) < 0)) {
            nextPass = delay;
        }
    }

    /** What the set's condition should report; null if nothing went wrong, or nothing new. */
    @Nullable SetHealth problem() {
        return problem;
    }

    /** Why requests to GitHub failed; null if they succeeded, or there were none. */
    @Nullable GitHubFailure gitHubFailure() {
        return gitHubFailure;
    }

    /** Ends the pass. After a failure, the next pass is delayed by a backoff, unless something is due earlier. */
    Step end() {
        if (gitHubFailure == null) {
            return Step.stop(nextPass == null ? Result.done() : Result.after(nextPass), "writeStatus");
        }
        if (nextPass != null && nextPass.compareTo(gitHubFailure.delay()) < 0) {
            return new Step.Stop(Result.postponed(nextPass));
        }
        return new Step.Stop(gitHubFailure.result());
    }
}

package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Asks GitHub now and then whether it still knows an idle runner. One that it does not know never gets a job, but counts
 * as capacity as long as its pod runs.
 */
final class RegistrationCheck {
    /** Between two questions: a thousand idle runners cost two calls a second. */
    private static final Duration PERIOD = Duration.ofMinutes(10);

    /** GitHub forgets a runner a little before its process ends; one that really goes is gone by then. */
    private static final Duration CONFIRMATION = Duration.ofMinutes(1);

    private record Plan(Instant next, boolean wasMissing) {}

    private final GitHubClients github;
    private final Clock clock;
    private final PerObject<Plan> plans;

    RegistrationCheck(ResourceCache<EphemeralRunner> runners, GitHubClients github, Clock clock) {
        this.github = github;
        this.clock = clock;
        this.plans = new PerObject<>(runners);
    }

    /**
     * Asks if it is time to.
     *
     * @return when to call again; empty if GitHub has said twice that it does not know the runner
     */
    Optional<Duration> check(EphemeralRunner runner) throws InterruptedException {
        Instant now = clock.instant();
        Plan plan = plans.computeIfAbsent(runner, () -> new Plan(now.plus(PERIOD), false));
        if (now.isBefore(plan.next())) {
            return Optional.of(Duration.between(now, plan.next()));
        }
        boolean missing;
        try {
            missing = github.client(GitHubAccess.of(runner))
                    .getRunner(Statuses.of(runner).runnerId())
                    .isEmpty();
        } catch (ActionsException | GitHubAccessException e) {
            plans.put(runner, new Plan(now.plus(CONFIRMATION), plan.wasMissing()));
            return Optional.of(CONFIRMATION); // the runner is not to blame, and may be quite well
        }
        if (missing && plan.wasMissing()) {
            return Optional.empty();
        }
        Duration pause = missing ? CONFIRMATION : PERIOD;
        plans.put(runner, new Plan(now.plus(pause), missing));
        return Optional.of(pause);
    }
}

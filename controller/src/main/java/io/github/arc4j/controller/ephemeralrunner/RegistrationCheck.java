package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubAccessException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.runtime.cache.PerObject;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Periodically checks that an idle runner is still registered. A runner that GitHub does not know never gets a job, but
 * counts as capacity as long as its pod runs.
 */
final class RegistrationCheck {
    /** Interval between checks: a thousand idle runners cause two requests per second. */
    private static final Duration PERIOD = Duration.ofMinutes(10);

    /**
     * GitHub removes a runner shortly before its process exits; a runner that is ending has exited within this time.
     */
    private static final Duration CONFIRMATION_DELAY = Duration.ofMinutes(1);

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
     * Asks GitHub if a check is due.
     *
     * @return when to call again; empty if GitHub has reported twice that it does not know the runner
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
            plans.put(runner, new Plan(now.plus(CONFIRMATION_DELAY), plan.wasMissing()));
            return Optional.of(CONFIRMATION_DELAY); // the check failed; the runner may be fine
        }
        if (missing && plan.wasMissing()) {
            return Optional.empty();
        }
        Duration delay = missing ? CONFIRMATION_DELAY : PERIOD;
        plans.put(runner, new Plan(now.plus(delay), missing));
        return Optional.of(delay);
    }
}

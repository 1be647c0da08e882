package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ephemeralrunner.rules.RegistrationFinding;
import io.github.arc4j.controller.ephemeralrunner.rules.RegistrationRules;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubCallException;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.runners.HungRunner;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Periodically asks GitHub about a running runner. An idle runner that is not registered, or not online, never gets a
 * job; a runner with a job is removed by GitHub when the job ends. Both count as capacity as long as their pods run.
 */
final class RegistrationCheck {
    /**
     * Average interval between two checks of any runners: checks must not use up GitHub's rate limit, which several
     * namespaces may share. Each namespace has an equal share, so that one with very many runners, or with runners that
     * change all the time, does not delay the checks of others.
     */
    private static final Duration PACE = Duration.ofMillis(500);

    /**
     * @param busy whether the runner had a job when the plan was made
     * @param start when the runner started, before its first check; null afterwards, or if a former process may have
     *     checked it
     * @param missing whether GitHub did not know the runner at the latest check
     * @param paced whether {@code next} is a reserved slot
     */
    private record Plan(
            Instant next, boolean busy, @Nullable Instant start, boolean missing, boolean paced) {}

    private final GitHubClients github;
    private final InstantSource clock;
    private final Instant processStart;
    private final PerObject<Plan> plans;
    /** When the next check in a namespace may start, for namespaces that have to wait. */
    private final Map<String, Instant> nextSlots = new HashMap<>();

    RegistrationCheck(ResourceCache<EphemeralRunner> runners, GitHubClients github, InstantSource clock) {
        this.github = github;
        this.clock = clock;
        this.processStart = clock.instant();
        this.plans = new PerObject<>(runners);
    }

    /**
     * Asks GitHub if a check is due.
     *
     * @param started when the runner's container started; empty if the node has not reported it
     * @param policy of the runner's set
     */
    RegistrationFinding check(EphemeralRunner runner, Optional<Instant> started, RunnerPolicy policy)
            throws InterruptedException {
        Instant now = clock.instant();
        Plan plan = plans.get(runner);
        if (plan == null || plan.busy() != runner.hasJob()) {
            plan = firstPlan(runner, plan != null, started, policy, now);
        }
        if (!plan.paced() && !now.isBefore(plan.next())) {
            Instant slot = slot(runner.getMetadata().getNamespace(), now);
            plan = new Plan(slot, plan.busy(), plan.start(), plan.missing(), true);
        }
        plans.put(runner, plan);
        return now.isBefore(plan.next())
                ? new RegistrationFinding.Fine(false, Duration.between(now, plan.next()))
                : ask(runner, plan, policy, now);
    }

    private Plan firstPlan(
            EphemeralRunner runner, boolean isKnown, Optional<Instant> started, RunnerPolicy policy, Instant now) {
        if (!runner.hasJob()) {
            Instant start = HungRunner.offlineSince(runner).or(() -> started).orElse(now);
            Instant due = start.plus(policy.onlineTimeoutOrDefault());
            return new Plan(due, false, due.isBefore(now) ? null : start, false, false);
        }
        // The end of a job may have been reported while no controller was running.
        boolean isTakenOver = !isKnown
                && Instant.parse(runner.getMetadata().getCreationTimestamp()).isBefore(processStart);
        return new Plan(
                now.plus(isTakenOver ? RegistrationRules.repeatDelay(policy) : RegistrationRules.BUSY_PERIOD),
                true,
                null,
                false,
                false);
    }

    /** The time of the next check that the pace allows. */
    private synchronized Instant slot(String namespace, Instant now) {
        nextSlots.values().removeIf(next -> !next.isAfter(now));
        Instant slot = nextSlots.getOrDefault(namespace, now);
        nextSlots.put(namespace, slot);
        nextSlots.put(namespace, slot.plus(PACE.multipliedBy(nextSlots.size())));
        return slot;
    }

    private RegistrationFinding ask(EphemeralRunner runner, Plan plan, RunnerPolicy policy, Instant now)
            throws InterruptedException {
        Optional<Runner> answer;
        try {
            answer = github.call(
                    GitHubAccess.of(runner),
                    api -> api.getRunner(runner.statusOrEmpty().runnerId()));
        } catch (GitHubCallException e) {
            // The check failed; the runner may be fine.
            Duration delay = RegistrationRules.repeatDelay(policy);
            repeat(runner, plan, delay, plan.missing());
            return new RegistrationFinding.Fine(false, delay);
        }
        RegistrationFinding finding =
                RegistrationRules.decide(runner, answer, plan.missing(), plan.start(), policy, now);
        switch (finding) {
            case RegistrationFinding.Fine fine -> repeat(runner, plan, fine.untilNext(), false);
            case RegistrationFinding.Missing missing -> repeat(runner, plan, missing.untilNext(), true);
            case RegistrationFinding.Offline offline -> repeat(runner, plan, offline.untilNext(), false);
            case RegistrationFinding.End end -> {}
        }
        return finding;
    }

    private void repeat(EphemeralRunner runner, Plan plan, Duration delay, boolean missing) {
        plans.put(runner, new Plan(clock.instant().plus(delay), plan.busy(), null, missing, false));
    }
}

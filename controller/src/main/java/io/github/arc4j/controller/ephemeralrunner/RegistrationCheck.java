package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.ephemeralrunner.rules.Statuses;
import io.github.arc4j.controller.github.GitHubAccess;
import io.github.arc4j.controller.github.GitHubClients;
import io.github.arc4j.controller.github.credentials.GitHubAccessException;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Periodically asks GitHub about a running runner. An idle runner that is not registered, or not online, never gets a
 * job; a runner with a job is removed by GitHub when the job ends. Both count as capacity as long as their pods run.
 */
final class RegistrationCheck {
    /** Maximum interval between checks of an idle runner. */
    static final Duration IDLE_PERIOD = Duration.ofMinutes(10);

    /** Interval between checks of a runner with a job. The listener usually reports the end of the job. */
    static final Duration BUSY_PERIOD = Duration.ofMinutes(30);

    /** Limits of the time until a check is repeated that failed, or that found a problem. */
    private static final Duration MIN_REPEAT_DELAY = Duration.ofSeconds(5);

    private static final Duration MAX_REPEAT_DELAY = Duration.ofMinutes(1);

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

    /** What is known about a runner. */
    sealed interface Finding {
        /** Nothing is wrong. */
        record Fine(boolean isOnline, Duration untilNext) implements Finding {}

        /** The idle runner is not connected to GitHub. */
        record Offline(Instant since, Duration untilNext) implements Finding {}

        /** GitHub reported twice that the idle runner is not connected, and it has been offline for too long. */
        record OfflineTooLong(Instant since) implements Finding {}

        /** GitHub reported twice that it does not know the runner. */
        record Missing() implements Finding {}
    }

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
    Finding check(EphemeralRunner runner, Optional<Instant> started, RunnerPolicy policy) throws InterruptedException {
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
                ? new Finding.Fine(false, Duration.between(now, plan.next()))
                : ask(runner, plan, policy, now);
    }

    private Plan firstPlan(
            EphemeralRunner runner, boolean isKnown, Optional<Instant> started, RunnerPolicy policy, Instant now) {
        if (!runner.hasJob()) {
            Instant start = offlineSince(runner).or(() -> started).orElse(now);
            Instant due = start.plus(policy.onlineTimeoutOrDefault());
            return new Plan(due, false, due.isBefore(now) ? null : start, false, false);
        }
        // The end of a job may have been reported while no controller was running.
        boolean isTakenOver = !isKnown
                && Instant.parse(runner.getMetadata().getCreationTimestamp()).isBefore(processStart);
        return new Plan(now.plus(isTakenOver ? repeatDelay(policy) : BUSY_PERIOD), true, null, false, false);
    }

    /** The time of the next check that the pace allows. */
    private synchronized Instant slot(String namespace, Instant now) {
        nextSlots.values().removeIf(next -> !next.isAfter(now));
        Instant slot = nextSlots.getOrDefault(namespace, now);
        nextSlots.put(namespace, slot);
        nextSlots.put(namespace, slot.plus(PACE.multipliedBy(nextSlots.size())));
        return slot;
    }

    private Finding ask(EphemeralRunner runner, Plan plan, RunnerPolicy policy, Instant now)
            throws InterruptedException {
        Runner registered;
        try {
            registered = github.client(GitHubAccess.of(runner))
                    .getRunner(runner.statusOrEmpty().runnerId())
                    .orElse(null);
        } catch (ActionsException | GitHubAccessException e) {
            // The check failed; the runner may be fine.
            return new Finding.Fine(false, repeat(runner, plan, repeatDelay(policy), plan.missing()));
        }
        if (registered == null) {
            return plan.missing()
                    ? new Finding.Missing()
                    : new Finding.Fine(false, repeat(runner, plan, repeatDelay(policy), true));
        }
        if (plan.busy()) {
            return new Finding.Fine(false, repeat(runner, plan, BUSY_PERIOD, false));
        }
        if (registered.status() == RunnerStatus.OFFLINE) {
            return offline(runner, plan, policy.onlineTimeoutOrDefault(), now);
        }
        Duration period = min(policy.onlineTimeoutOrDefault(), IDLE_PERIOD);
        return new Finding.Fine(registered.status() == RunnerStatus.ONLINE, repeat(runner, plan, period, false));
    }

    private Finding offline(EphemeralRunner runner, Plan plan, Duration onlineTimeout, Instant now) {
        Optional<Instant> reported = offlineSince(runner);
        Instant since = reported.orElseGet(() -> Objects.requireNonNullElse(plan.start(), now));
        Duration remaining = Duration.between(now, since.plus(onlineTimeout));
        if (reported.isPresent() && !remaining.isPositive()) {
            return new Finding.OfflineTooLong(since);
        }
        Duration confirmation = min(onlineTimeout.dividedBy(4), MAX_REPEAT_DELAY);
        return new Finding.Offline(since, repeat(runner, plan, max(remaining, confirmation), false));
    }

    /**
     * GitHub removes a runner shortly before its process exits; one that is ending has exited after the grace period.
     */
    private static Duration repeatDelay(RunnerPolicy policy) {
        return max(min(policy.endGraceOrDefault(), MAX_REPEAT_DELAY), MIN_REPEAT_DELAY);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Optional<Instant> offlineSince(EphemeralRunner runner) {
        return Conditions.since(runner.statusOrEmpty().conditions(), Statuses.ONLINE, false);
    }

    private Duration repeat(EphemeralRunner runner, Plan plan, Duration delay, boolean missing) {
        plans.put(runner, new Plan(clock.instant().plus(delay), plan.busy(), null, missing, false));
        return delay;
    }
}

package io.github.arc4j.controller.ephemeralrunner.rules;

import io.github.arc4j.actions.model.Runner;
import io.github.arc4j.actions.model.RunnerStatus;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.RunnerPolicy;
import io.github.arc4j.controller.runners.HungRunner;
import io.github.arc4j.controller.runners.RunnerEnding;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to ask GitHub about a running runner, and what its answer means. One answer is not enough to end a
 * runner: GitHub must report twice that it does not know it, or that it is offline.
 */
public final class RegistrationRules {
    /** Maximum interval between checks of an idle runner. */
    private static final Duration IDLE_PERIOD = Duration.ofMinutes(10);

    /** Interval between checks of a runner with a job. The listener usually reports the end of the job. */
    public static final Duration BUSY_PERIOD = Duration.ofMinutes(30);

    /** Limits of the time until a check is repeated that failed, or that found a problem. */
    private static final Duration MIN_REPEAT_DELAY = Duration.ofSeconds(5);

    private static final Duration MAX_REPEAT_DELAY = Duration.ofMinutes(1);

    private RegistrationRules() {}

    /**
     * Decides about an answer.
     *
     * @param answer the runner on GitHub; empty if GitHub does not know it
     * @param wasMissing whether GitHub did not know it at the previous check either
     * @param start when the runner started, before its first check; null afterwards
     */
    public static RegistrationFinding decide(
            EphemeralRunner runner,
            Optional<Runner> answer,
            boolean wasMissing,
            @Nullable Instant start,
            RunnerPolicy policy,
            Instant now) {
        if (answer.isEmpty()) {
            return wasMissing
                    ? new RegistrationFinding.End(registrationLost(runner.hasJob()))
                    : new RegistrationFinding.Missing(repeatDelay(policy));
        }
        if (runner.hasJob()) {
            return new RegistrationFinding.Fine(false, BUSY_PERIOD);
        }
        Duration onlineTimeout = policy.onlineTimeoutOrDefault();
        RunnerStatus status = answer.get().status();
        return status == RunnerStatus.OFFLINE
                ? offline(HungRunner.offlineSince(runner), start, onlineTimeout, now)
                : new RegistrationFinding.Fine(status == RunnerStatus.ONLINE, min(onlineTimeout, IDLE_PERIOD));
    }

    private static RegistrationFinding offline(
            Optional<Instant> reported, @Nullable Instant start, Duration onlineTimeout, Instant now) {
        Instant since = reported.orElseGet(() -> Objects.requireNonNullElse(start, now));
        Duration remaining = Duration.between(now, since.plus(onlineTimeout));
        if (reported.isPresent() && !remaining.isPositive()) {
            return new RegistrationFinding.End(new Verdict.End(
                    RunnerEnding.RUNNER_OFFLINE,
                    "the runner has not been connected to GitHub since %s; it is replaced".formatted(since)));
        }
        Duration confirmation = min(onlineTimeout.dividedBy(4), MAX_REPEAT_DELAY);
        return new RegistrationFinding.Offline(since, max(remaining, confirmation));
    }

    private static Verdict.End registrationLost(boolean hasJob) {
        return new Verdict.End(
                RunnerEnding.REGISTRATION_LOST,
                hasJob
                        ? "GitHub no longer knows the runner, so its job has ended; the runner is deleted"
                        : "GitHub no longer knows the runner; it is replaced");
    }

    /**
     * When to repeat a check that failed, or that did not find the runner. GitHub removes a runner shortly before its
     * process exits; one that is ending has exited after the grace period.
     */
    public static Duration repeatDelay(RunnerPolicy policy) {
        return max(min(policy.endGraceOrDefault(), MAX_REPEAT_DELAY), MIN_REPEAT_DELAY);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}

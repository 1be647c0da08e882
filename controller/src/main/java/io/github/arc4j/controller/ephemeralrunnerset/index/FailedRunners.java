package io.github.arc4j.controller.ephemeralrunnerset.index;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.kube.conditions.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/**
 * The runners of a set that have failed. They are kept for a minute, so that users can inspect them, and then replaced.
 * While none of the set's runners starts, the template is the likely cause, so only one runner a minute tests whether
 * it works by now.
 */
public final class FailedRunners {
    private static final Duration RETENTION = Duration.ofMinutes(1);

    private final RunnerIndex index;
    private final InstantSource clock;

    public FailedRunners(RunnerIndex index, InstantSource clock) {
        this.index = index;
        this.clock = clock;
    }

    /**
     * What to do about them now.
     *
     * @param replaced runners to delete now, and to replace
     * @param creationLimit how many runners may be created, including those in place of the replaced ones
     * @param next when to plan again; zero if there is nothing to wait for
     */
    public record Plan(List<EphemeralRunner> replaced, int creationLimit, Duration next) {
        private static final Plan NONE = new Plan(List.of(), Integer.MAX_VALUE, Duration.ZERO);
    }

    public Plan plan(EphemeralRunnerSet set) {
        List<EphemeralRunner> oldestFirst = index.in(set, RunnerState.FAILED).stream()
                .sorted(Comparator.comparing(FailedRunners::since))
                .toList();
        if (oldestFirst.isEmpty()) {
            return Plan.NONE;
        }
        if (!index.isAnyStarted(set)) {
            Duration rest = rest(oldestFirst.getLast());
            boolean isTried = index.counts(set).pending() > 0;
            return isTried || rest.isPositive()
                    ? new Plan(List.of(), 0, rest)
                    : new Plan(List.of(oldestFirst.getFirst()), 1, Duration.ZERO);
        }
        List<EphemeralRunner> due = oldestFirst.stream()
                .takeWhile(runner -> !rest(runner).isPositive())
                .toList();
        Duration next = due.size() == oldestFirst.size() ? Duration.ZERO : rest(oldestFirst.get(due.size()));
        return new Plan(due, Integer.MAX_VALUE, next);
    }

    private Duration rest(EphemeralRunner failed) {
        return Duration.between(clock.instant(), since(failed).plus(RETENTION));
    }

    /** Since when the runner is not ready. */
    public static Instant since(EphemeralRunner runner) {
        return Conditions.find(runner.statusOrEmpty().conditions(), Conditions.READY)
                .map(Conditions::since)
                .orElseGet(() -> Instant.parse(runner.getMetadata().getCreationTimestamp()));
    }

    /** The message of the runner that failed last. */
    public static String latestMessage(List<EphemeralRunner> failed) {
        return failed.stream()
                .max(Comparator.comparing(FailedRunners::since))
                .map(runner -> runner.getMetadata().getName() + ": "
                        + runner.statusOrEmpty().message())
                .orElse("the Events of the latest ones say why");
    }
}

package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Condition;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.RunnerIndex.Bucket;
import io.github.arc4j.controller.kube.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/**
 * The runners of a set that cannot run. They stay for a minute, for people to look at, before others are made. As long as
 * none of the set's runners starts, its template is to blame: then one runner a minute tries whether it still is.
 */
final class FailedRunners {
    private static final Duration RETENTION = Duration.ofMinutes(1);

    private final RunnerIndex index;
    private final InstantSource clock;

    FailedRunners(RunnerIndex index, InstantSource clock) {
        this.index = index;
        this.clock = clock;
    }

    /**
     * What to do about them now.
     *
     * @param replaced those whose time is over
     * @param newRunners how many runners may be made, these replaced ones included
     * @param next when to look again; zero if nothing waits
     */
    record Plan(List<EphemeralRunner> replaced, int newRunners, Duration next) {
        private static final Plan NONE = new Plan(List.of(), Integer.MAX_VALUE, Duration.ZERO);
    }

    Plan plan(EphemeralRunnerSet set) {
        if (index.counts(set).failed() == 0) {
            return Plan.NONE;
        }
        List<EphemeralRunner> eldestFirst = index.in(set, Bucket.FAILED).stream()
                .sorted(Comparator.comparing(FailedRunners::since))
                .toList();
        if (eldestFirst.isEmpty()) {
            return Plan.NONE;
        }
        if (!index.isAnyStarted(set)) {
            Duration rest = rest(eldestFirst.getLast());
            boolean isTried = index.counts(set).pending() > 0;
            return isTried || rest.isPositive()
                    ? new Plan(List.of(), 0, rest)
                    : new Plan(List.of(eldestFirst.getFirst()), 1, Duration.ZERO);
        }
        List<EphemeralRunner> due = eldestFirst.stream()
                .takeWhile(runner -> !rest(runner).isPositive())
                .toList();
        Duration next = due.size() == eldestFirst.size() ? Duration.ZERO : rest(eldestFirst.get(due.size()));
        return new Plan(due, Integer.MAX_VALUE, next);
    }

    private Duration rest(EphemeralRunner failed) {
        return Duration.between(clock.instant(), since(failed).plus(RETENTION));
    }

    /** Since when the runner is not ready. */
    private static Instant since(EphemeralRunner runner) {
        return Conditions.find(
                        runner.getStatus() == null ? null : runner.getStatus().conditions(), Conditions.READY)
                .map(Condition::getLastTransitionTime)
                .map(Instant::parse)
                .orElseGet(() -> Instant.parse(runner.getMetadata().getCreationTimestamp()));
    }

    /** The message of the runner that failed last. */
    static String latestMessage(List<EphemeralRunner> failed) {
        return failed.stream()
                .max(Comparator.comparing(FailedRunners::since))
                .map(runner -> runner.getMetadata().getName() + ": "
                        + (runner.getStatus() == null ? "" : runner.getStatus().message()))
                .orElse("");
    }
}

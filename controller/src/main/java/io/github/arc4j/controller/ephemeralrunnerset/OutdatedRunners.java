package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.ephemeralrunnerset.index.FailedRunners;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex;
import io.github.arc4j.controller.ephemeralrunnerset.index.RunnerIndex.RunnerState;
import io.github.arc4j.controller.kube.conditions.Conditions;
import io.github.arc4j.controller.runners.Retention;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runners of a set whose version GitHub no longer accepts. At first, GitHub rejects old
 * versions only during brownouts, and the tag of the image may be moved, so one runner, the probe, periodically tests
 * whether the version is accepted. A probe is a runner that was created after the latest rejection.
 */
final class OutdatedRunners {
    /**
     * From a rejection to the next probe. Including the time that a probe takes to start, a set recovers within ten
     * minutes.
     */
    static final Duration PROBE_PERIOD = Duration.ofMinutes(8);

    /** A runner that GitHub rejects ends within seconds. */
    static final Duration ACCEPTED_AFTER = Duration.ofSeconds(30);

    private final RunnerIndex index;
    private final PerObject<Instant> latestProbes;
    private final InstantSource clock;

    OutdatedRunners(ResourceCache<EphemeralRunnerSet> sets, RunnerIndex index, InstantSource clock) {
        this.index = index;
        this.latestProbes = new PerObject<>(sets);
        this.clock = clock;
    }

    /**
     * What to do about a set with outdated runners.
     *
     * @param isAccepted whether a probe shows that GitHub accepts the version again
     * @param obsolete runners to delete, unless they have a job
     * @param probe whether to create a probe
     * @param next when to plan again; null if a change of a runner triggers that
     */
    record Plan(
            boolean isAccepted,
            List<EphemeralRunner> obsolete,
            boolean probe,
            @Nullable Duration next) {}

    Plan plan(EphemeralRunnerSet set) {
        List<EphemeralRunner> rejected = index.in(set, RunnerState.OUTDATED).stream()
                .sorted(Comparator.comparing(FailedRunners::since).reversed())
                .toList();
        Instant latestRejection = rejected.isEmpty() ? Instant.MIN : FailedRunners.since(rejected.getFirst());
        List<EphemeralRunner> others = index.all(set).stream()
                .filter(runner -> RunnerState.of(runner) != RunnerState.OUTDATED && !Retention.isRetained(runner))
                .toList();
        Optional<EphemeralRunner> probe = others.stream()
                .filter(runner -> RunnerState.of(runner).isAlive())
                .filter(runner -> created(runner).isAfter(latestRejection))
                .min(Comparator.comparing(OutdatedRunners::created));
        if (probe.filter(this::isAccepted).isPresent()) {
            return new Plan(true, rejected, false, null);
        }
        // The latest one shows users what is wrong.
        List<EphemeralRunner> obsolete =
                new ArrayList<>(rejected.subList(Math.min(1, rejected.size()), rejected.size()));
        others.stream().filter(runner -> probe.filter(runner::equals).isEmpty()).forEach(obsolete::add);
        if (probe.isPresent()) {
            return new Plan(false, obsolete, false, ACCEPTED_AFTER);
        }
        Duration remaining =
                Duration.between(clock.instant(), latest(set, latestRejection).plus(PROBE_PERIOD));
        boolean hasRoom = others.stream()
                        .filter(runner -> RunnerState.of(runner).isAlive())
                        .count()
                < Math.max(1, set.getSpec().replicas());
        return new Plan(
                false, obsolete, hasRoom && !remaining.isPositive(), remaining.isPositive() ? remaining : PROBE_PERIOD);
    }

    /** Call this before a probe is created: the next one is due later even if this one cannot start. */
    void probed(EphemeralRunnerSet set) {
        latestProbes.put(set, clock.instant());
    }

    private Instant latest(EphemeralRunnerSet set, Instant latestRejection) {
        Instant probe = latestProbes.getOrDefault(set, Instant.MIN);
        return probe.isAfter(latestRejection) ? probe : latestRejection;
    }

    private boolean isAccepted(EphemeralRunner probe) {
        return probe.hasJob()
                || (RunnerState.of(probe) == RunnerState.RUNNING
                        && Conditions.since(probe.statusOrEmpty().conditions(), Conditions.READY, true)
                                .filter(since -> !since.plus(ACCEPTED_AFTER).isAfter(clock.instant()))
                                .isPresent());
    }

    private static Instant created(EphemeralRunner runner) {
        return Instant.parse(runner.getMetadata().getCreationTimestamp());
    }
}

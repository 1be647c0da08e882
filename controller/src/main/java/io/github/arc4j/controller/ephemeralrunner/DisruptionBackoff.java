package io.github.arc4j.controller.ephemeralrunner;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Slows down runners whose pods the cluster keeps losing or refusing: such losses do not count as failures, so nothing
 * else would. The first costs no time. Kept in memory, for the worst that a restart does is one pod too early.
 */
final class DisruptionBackoff {
    private record Losses(int number, Instant last) {}

    private final Clock clock;
    private final PerObject<Losses> losses;

    DisruptionBackoff(ResourceCache<EphemeralRunner> runners, Clock clock) {
        this.clock = clock;
        this.losses = new PerObject<>(runners);
    }

    void count(EphemeralRunner runner) {
        Instant now = clock.instant();
        losses.merge(runner, new Losses(1, now), (before, first) -> new Losses(before.number() + 1, now));
    }

    /** What is left to wait before the next pod; zero or less if nothing is. */
    Duration rest(EphemeralRunner runner) {
        Losses known = losses.get(runner);
        return known == null
                ? Duration.ZERO
                : Duration.between(clock.instant(), known.last().plus(FailureDelays.after(known.number() - 1)));
    }
}

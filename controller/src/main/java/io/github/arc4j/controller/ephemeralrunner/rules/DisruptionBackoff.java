package io.github.arc4j.controller.ephemeralrunner.rules;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.controller.runners.FailureDelays;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Delays runners whose pods the cluster repeatedly loses or rejects: such losses do not count as failures, so no other
 * backoff applies. There is no delay after the first loss. Kept in memory, because a restart of the controller creates
 * at most one pod too early.
 */
public final class DisruptionBackoff {
    private record Losses(int number, Instant last) {}

    private final Clock clock;
    private final PerObject<Losses> losses;

    public DisruptionBackoff(ResourceCache<EphemeralRunner> runners, Clock clock) {
        this.clock = clock;
        this.losses = new PerObject<>(runners);
    }

    public void count(EphemeralRunner runner) {
        Instant now = clock.instant();
        losses.merge(runner, new Losses(1, now), (known, first) -> new Losses(known.number() + 1, now));
    }

    /** The remaining delay before the next pod; zero or negative if there is none. */
    public Duration remaining(EphemeralRunner runner) {
        Losses known = losses.get(runner);
        return known == null
                ? Duration.ZERO
                : Duration.between(clock.instant(), known.last().plus(FailureDelays.after(known.number() - 1)));
    }
}

package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a listener that ended waits for its next pod: not at all the first time, then 1 s, 2 s, 4 s and so on, up to
 * one minute. A pod that ran for ten minutes resets the delay.
 */
final class RestartBackoff {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final Duration GOOD_RUN = Duration.ofMinutes(10);

    private record Ends(int number, Instant last, String podUid) {}

    private final Clock clock;
    private final PerObject<Ends> ends;

    RestartBackoff(ResourceCache<AutoscalingListener> listeners, Clock clock) {
        this.clock = clock;
        this.ends = new PerObject<>(listeners);
    }

    /** Counts the end of a pod; reporting the same end again changes nothing. */
    void ended(AutoscalingListener listener, Pod pod) {
        String podUid = pod.getMetadata().getUid();
        Instant started = Instant.parse(pod.getMetadata().getCreationTimestamp());
        Instant now = clock.instant();
        boolean ranWell = Duration.between(started, now).compareTo(GOOD_RUN) >= 0;
        ends.merge(
                listener,
                new Ends(1, now, podUid),
                (before, first) -> before.podUid().equals(podUid)
                        ? before
                        : new Ends(ranWell ? 1 : before.number() + 1, now, podUid));
    }

    /** What is left to wait; zero if the next pod may start. */
    Duration rest(AutoscalingListener listener) {
        Ends known = ends.get(listener);
        if (known == null || known.number() <= 1) {
            return Duration.ZERO;
        }
        Duration rest = Duration.between(clock.instant(), known.last().plus(BACKOFF.delay(known.number() - 1)));
        return rest.isNegative() ? Duration.ZERO : rest;
    }
}

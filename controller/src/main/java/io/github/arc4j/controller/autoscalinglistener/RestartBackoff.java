package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.runtime.cache.PerObject;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Delay before the pod of a listener that ended is recreated: none the first time, then 1 s, 2 s, 4 s and so on, up to
 * one minute. A pod that ran for ten minutes resets the delay.
 */
final class RestartBackoff {
    private static final Backoff BACKOFF = Backoff.doublingExactly(Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final Duration STABLE_RUN = Duration.ofMinutes(10);

    private record Ends(int number, Instant last, String podUid) {}

    private final Clock clock;
    private final PerObject<Ends> ends;

    RestartBackoff(ResourceCache<AutoscalingListener> listeners, Clock clock) {
        this.clock = clock;
        this.ends = new PerObject<>(listeners);
    }

    /** Counts the end of a pod; counting the same pod again has no effect. */
    void ended(AutoscalingListener listener, Pod pod) {
        String podUid = pod.getMetadata().getUid();
        Instant started = Instant.parse(pod.getMetadata().getCreationTimestamp());
        Instant now = clock.instant();
        boolean wasStable = Duration.between(started, now).compareTo(STABLE_RUN) >= 0;
        ends.merge(
                listener,
                new Ends(1, now, podUid),
                (known, first) -> known.podUid().equals(podUid)
                        ? known
                        : new Ends(wasStable ? 1 : known.number() + 1, now, podUid));
    }

    /** The remaining delay; zero or negative if the next pod may be created. */
    Duration remaining(AutoscalingListener listener) {
        Ends known = ends.get(listener);
        if (known == null || known.number() <= 1) {
            return Duration.ZERO;
        }
        return Duration.between(clock.instant(), known.last().plus(BACKOFF.after(known.number() - 1)));
    }
}

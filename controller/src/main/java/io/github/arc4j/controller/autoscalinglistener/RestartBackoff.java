package io.github.arc4j.controller.autoscalinglistener;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long a listener that ended waits for its next pod: not at all the first time, then 1 s, 2 s, 4 s ... to one
 * minute. A pod that ran for ten minutes starts the series anew.
 */
final class RestartBackoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration GOOD_RUN = Duration.ofMinutes(10);

    private record Ends(int number, Instant last, String podUid) {}

    private final Clock clock;
    private final Map<String, Ends> ends = new ConcurrentHashMap<>();

    RestartBackoff(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts the end of a pod, once however often it is told.
     *
     * @param started when the pod was created
     */
    void ended(String listenerUid, String podUid, Instant started) {
        Instant now = clock.instant();
        boolean ranWell = Duration.between(started, now).compareTo(GOOD_RUN) >= 0;
        ends.merge(
                listenerUid,
                new Ends(1, now, podUid),
                (before, first) -> before.podUid().equals(podUid)
                        ? before
                        : new Ends(ranWell ? 1 : before.number() + 1, now, podUid));
    }

    /** What is left to wait; zero if the next pod may start. */
    Duration rest(String listenerUid) {
        Ends known = ends.get(listenerUid);
        if (known == null || known.number() <= 1) {
            return Duration.ZERO;
        }
        Duration wait = FIRST.multipliedBy(1L << Math.min(known.number() - 2, 10));
        Duration rest =
                Duration.between(clock.instant(), known.last().plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    void forget(String listenerUid) {
        ends.remove(listenerUid);
    }
}

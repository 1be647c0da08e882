package io.github.arc4j.controller.kube.conditions;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores the times of recent events; older ones are removed. Whoever may write a status can cause any number, so the
 * oldest are also removed beyond a limit.
 */
final class RecentTimes {
    static final int MAX = 10_000;

    private final Duration limit;
    /** Oldest first. */
    private final Map<String, Instant> times = new LinkedHashMap<>();

    RecentTimes(Duration limit) {
        this.limit = limit;
    }

    synchronized void put(String key, Instant now) {
        times.remove(key);
        times.put(key, now);
        Iterator<Instant> oldestFirst = times.values().iterator();
        while (oldestFirst.hasNext() && (isExpired(oldestFirst.next(), now) || times.size() > MAX)) {
            oldestFirst.remove();
        }
    }

    /** The time of the event; null if it is too long ago, or unknown. */
    synchronized @Nullable Instant get(String key, Instant now) {
        Instant time = times.get(key);
        return time == null || isExpired(time, now) ? null : time;
    }

    synchronized void remove(String key) {
        times.remove(key);
    }

    synchronized int size() {
        return times.size();
    }

    /** Also true if the clock was set back. */
    private boolean isExpired(Instant time, Instant now) {
        return Duration.between(time, now).abs().compareTo(limit) >= 0;
    }
}

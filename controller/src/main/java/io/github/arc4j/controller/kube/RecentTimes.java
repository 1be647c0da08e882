package io.github.arc4j.controller.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When something happened, remembered for a while. What is older costs no memory. */
final class RecentTimes {
    private final Duration limit;
    /** The eldest first. */
    private final Map<String, Instant> times = new LinkedHashMap<>();

    RecentTimes(Duration limit) {
        this.limit = limit;
    }

    synchronized void put(String key, Instant now) {
        times.remove(key);
        times.put(key, now);
        Iterator<Instant> eldestFirst = times.values().iterator();
        while (eldestFirst.hasNext() && isOver(eldestFirst.next(), now)) {
            eldestFirst.remove();
        }
    }

    /** Null if it is longer ago, or never was. */
    synchronized @Nullable Instant get(String key, Instant now) {
        Instant time = times.get(key);
        return time == null || isOver(time, now) ? null : time;
    }

    synchronized void remove(String key) {
        times.remove(key);
    }

    /** Also if the clock was set back. */
    private boolean isOver(Instant time, Instant now) {
        return Duration.between(time, now).abs().compareTo(limit) >= 0;
    }
}

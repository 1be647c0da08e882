package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The runners whose jobs ended lately. Told with each number of runners, so that the controller knows which runners that
 * end, or are about to, the number is without. Thread-safe.
 */
public final class CompletedRunners {
    /** Much longer than the controller takes to see a patch. */
    private static final Duration KEPT = Duration.ofSeconds(20);
    /** A name has up to 63 characters, and annotations have room for 256 KiB. */
    private static final int LIMIT = 1000;

    private final Timing timing;
    /** Name to the time of its latest addition; the eldest first. */
    private final LinkedHashMap<String, Long> names = new LinkedHashMap<>();

    CompletedRunners(Timing timing) {
        this.timing = timing;
    }

    synchronized void add(String name) {
        if (names.size() == LIMIT) {
            names.remove(names.firstEntry().getKey());
        }
        names.putLast(name, timing.nanoTime());
    }

    /** The names, separated by commas; empty if no job ended lately. */
    synchronized String names() {
        long now = timing.nanoTime();
        Iterator<Long> eldestFirst = names.values().iterator();
        while (eldestFirst.hasNext() && now - eldestFirst.next() > KEPT.toNanos()) {
            eldestFirst.remove();
        }
        return String.join(",", names.keySet());
    }
}

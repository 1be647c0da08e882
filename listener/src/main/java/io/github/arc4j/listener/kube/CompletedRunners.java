package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * The runners whose jobs have completed recently. They are written with each desired number, so that the controller
 * knows which ended or ending runners the number does not include. Thread-safe.
 */
public final class CompletedRunners {
    /** Much longer than the controller needs to see a patch. */
    private static final Duration KEPT = Duration.ofSeconds(20);
    /** A name has up to 63 characters, and annotations have room for 256 KiB. */
    private static final int LIMIT = 1000;

    private final Timing timing;
    /** Name to the time of its latest addition, oldest first. */
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

    /** The names, separated by commas; empty if no job has completed recently. */
    synchronized String names() {
        long now = timing.nanoTime();
        Iterator<Long> eldestFirst = names.values().iterator();
        while (eldestFirst.hasNext() && now - eldestFirst.next() > KEPT.toNanos()) {
            eldestFirst.remove();
        }
        return String.join(",", names.keySet());
    }
}

package io.github.arc4j.listener.metrics;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * How many series each of several parts has, such as the namespaces of a process. No operation depends on the number of
 * parts. Not thread-safe.
 */
final class SeriesCounts<T> {
    private final Map<T, Integer> counts = new HashMap<>();
    /** By the number of their series. */
    private final NavigableMap<Integer, SequencedSet<T>> parts = new TreeMap<>();

    private int total;

    int of(T part) {
        return counts.getOrDefault(part, 0);
    }

    int total() {
        return total;
    }

    /** The most series that a part has. */
    int most() {
        return parts.isEmpty() ? 0 : parts.lastKey();
    }

    /** The part with the most series; one must have some. */
    T largest() {
        return parts.sequencedValues().getLast().getFirst();
    }

    /** Whether another part has more series than this one would have after adding some. */
    boolean hasLargerThan(T part, int adding) {
        return most() > of(part) + adding;
    }

    /** @param number negative to remove series */
    void add(T part, int number) {
        int before = of(part);
        int after = before + number;
        total += number;
        if (after == 0) {
            counts.remove(part);
        } else {
            counts.put(part, after);
        }
        SequencedSet<T> others = parts.get(before);
        if (others != null && others.remove(part) && others.isEmpty()) {
            parts.remove(before);
        }
        if (after > 0) {
            parts.computeIfAbsent(after, key -> new LinkedHashSet<>()).add(part);
        }
    }
}

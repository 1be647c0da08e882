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
    /** By the number of their series. Most have a single series; these need not be found. */
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
        return parts.isEmpty() ? Math.min(total, 1) : parts.lastKey();
    }

    /** The part with the most series; one must have more than one. */
    T largest() {
        return parts.sequencedValues().getLast().getFirst();
    }

    /** Whether another part would have as many series as this one, or more, after giving it one. */
    boolean hasLargerThan(T part) {
        return most() > of(part) + 1;
    }

    void add(T part) {
        change(part, 1);
    }

    void remove(T part) {
        change(part, -1);
    }

    private void change(T part, int by) {
        int before = of(part);
        int after = before + by;
        total += by;
        if (after == 0) {
            counts.remove(part);
        } else {
            counts.put(part, after);
        }
        if (before > 1) {
            SequencedSet<T> others = parts.get(before);
            if (others != null && others.remove(part) && others.isEmpty()) {
                parts.remove(before);
            }
        }
        if (after > 1) {
            parts.computeIfAbsent(after, number -> new LinkedHashSet<>()).add(part);
        }
    }
}

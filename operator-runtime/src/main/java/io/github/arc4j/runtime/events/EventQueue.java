package io.github.arc4j.runtime.events;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The Events that wait to be written. Namespaces take turns, and a full queue drops an Event of the namespace that has
 * the most, so a flood in one namespace neither delays nor displaces the Events of another.
 */
final class EventQueue {
    private final int capacity;
    private final SequencedMap<String, Deque<EventSeries>> byNamespace = new LinkedHashMap<>();
    private int size;
    private boolean isClosed;

    EventQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Adds an Event; returns the one that is dropped for it, possibly itself, or null. */
    synchronized @Nullable EventSeries add(EventSeries series) {
        if (isClosed) {
            return series;
        }
        byNamespace.computeIfAbsent(namespace(series), n -> new ArrayDeque<>()).addLast(series);
        size++;
        notifyAll();
        return size <= capacity ? null : dropLast(namespace(series));
    }

    /** Among namespaces with equally many Events, the one that has just added another loses its latest. */
    private EventSeries dropLast(String namespace) {
        String longest = byNamespace.entrySet().stream()
                .max(Comparator.<Map.Entry<String, Deque<EventSeries>>>comparingInt(
                                entry -> entry.getValue().size())
                        .thenComparing(entry -> entry.getKey().equals(namespace)))
                .map(Map.Entry::getKey)
                .orElse(namespace);
        Deque<EventSeries> events = Objects.requireNonNull(byNamespace.get(longest));
        EventSeries dropped = events.removeLast();
        size--;
        if (events.isEmpty()) {
            byNamespace.remove(longest);
        }
        return dropped;
    }

    /** Waits for the next Event; null if the queue is closed and empty. */
    synchronized @Nullable EventSeries take() throws InterruptedException {
        while (size == 0) {
            if (isClosed) {
                return null;
            }
            wait();
        }
        var next = byNamespace.pollFirstEntry();
        EventSeries taken = next.getValue().removeFirst();
        size--;
        if (!next.getValue().isEmpty()) {
            byNamespace.putLast(next.getKey(), next.getValue());
        }
        return taken;
    }

    /** Drops all Events that are added from now on. */
    synchronized void close() {
        isClosed = true;
        notifyAll();
    }

    private static String namespace(EventSeries series) {
        return Objects.toString(series.object.getNamespace(), "");
    }
}

package io.github.arc4j.runtime.events;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The most recent Events. Beyond the capacity, the namespace with the most Events loses the one that was used least
 * recently, so that many Events in one namespace do not displace those of another. Not thread-safe.
 */
final class KnownEvents {
    private final int capacity;
    /** Those of a namespace in the order of their last use. */
    private final Map<String, SequencedMap<EventSeries.Key, EventSeries>> byNamespace = new LinkedHashMap<>();

    private int size;

    KnownEvents(int capacity) {
        this.capacity = capacity;
    }

    /** The Event with this identity; {@code first} creates it if it is not known. */
    EventSeries computeIfAbsent(String namespace, EventSeries.Key key, Supplier<EventSeries> first) {
        SequencedMap<EventSeries.Key, EventSeries> events =
                byNamespace.computeIfAbsent(namespace, n -> new LinkedHashMap<>(16, 0.75f, true));
        EventSeries known = events.get(key);
        if (known != null) {
            return known;
        }
        EventSeries added = first.get();
        events.put(key, added);
        size++;
        if (size > capacity) {
            forgetOne();
        }
        return added;
    }

    private void forgetOne() {
        String longest = byNamespace.entrySet().stream()
                .max(Comparator.comparingInt(events -> events.getValue().size()))
                .map(Map.Entry::getKey)
                .orElseThrow();
        SequencedMap<EventSeries.Key, EventSeries> events = Objects.requireNonNull(byNamespace.get(longest));
        events.pollFirstEntry();
        size--;
        if (events.isEmpty()) {
            byNamespace.remove(longest);
        }
    }
}

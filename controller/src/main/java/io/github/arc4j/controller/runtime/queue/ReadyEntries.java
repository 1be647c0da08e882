package io.github.arc4j.controller.runtime.queue;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that wait for a worker: higher priority first, then first in, first out. Guarded by the
 * queue's lock.
 */
public final class ReadyEntries<K> {
    private final QueueMetrics metrics;
    private final Map<Priority, Set<QueueEntry<K>>> waiting = new EnumMap<>(Priority.class);

    ReadyEntries(QueueMetrics metrics) {
        this.metrics = metrics;
        for (Priority priority : Priority.values()) {
            waiting.put(priority, new LinkedHashSet<>());
        }
    }

    void add(QueueEntry<K> entry) {
        of(entry.priority).add(entry);
        metrics.depth(entry.priority, 1);
    }

    void remove(QueueEntry<K> entry) {
        of(entry.priority).remove(entry);
        metrics.depth(entry.priority, -1);
    }

    @Nullable QueueEntry<K> first() {
        for (Set<QueueEntry<K>> entries : waiting.values()) {
            if (!entries.isEmpty()) {
                return entries.iterator().next();
            }
        }
        return null;
    }

    void clear() {
        waiting.forEach((priority, entries) -> {
            entries.forEach(entry -> metrics.depth(priority, -1));
            entries.clear();
        });
    }

    private Set<QueueEntry<K>> of(Priority priority) {
        return Objects.requireNonNull(waiting.get(priority));
    }
}

package io.github.arc4j.runtime.queue;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a queue that wait for a worker, in the order that {@link WorkQueue} guarantees. Each method but
 * {@link #clear} takes constant time. Guarded by the queue's lock.
 */
public final class ReadyEntries<K> {
    /** How many keys of higher priority are taken while a key waits, before one of its priority is. */
    static final int MAX_PASSED_OVER = 8;

    private final Function<? super K, ?> tenant;
    private final QueueMetrics metrics;
    /** In descending order. */
    private final Map<Priority, Turns> waiting = new EnumMap<>(Priority.class);

    /** @param tenant returns the tenant of a key; those of a priority take turns */
    ReadyEntries(Function<? super K, ?> tenant, QueueMetrics metrics) {
        this.tenant = tenant;
        this.metrics = metrics;
        for (Priority priority : Priority.values()) {
            waiting.put(priority, new Turns(priority));
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

    /** Removes and returns the next entry with at minimum this priority; null if there is none. */
    @Nullable QueueEntry<K> take(Priority minimum) {
        Turns next = next(minimum);
        if (next == null) {
            return null;
        }
        for (Turns turns : waiting.values()) {
            if (next.priority.isAbove(turns.priority)) {
                turns.passOver();
            }
        }
        metrics.depth(next.priority, -1);
        return next.take();
    }

    private @Nullable Turns next(Priority minimum) {
        Turns highest = null;
        for (Turns turns : waiting.values()) {
            if (turns.isEmpty() || minimum.isAbove(turns.priority)) {
                continue;
            }
            if (turns.passedOver >= MAX_PASSED_OVER) {
                return turns;
            }
            if (highest == null) {
                highest = turns;
            }
        }
        return highest;
    }

    void clear() {
        waiting.values().forEach(Turns::clear);
    }

    private Turns of(Priority priority) {
        return Objects.requireNonNull(waiting.get(priority));
    }

    /** The entries of one priority. */
    private final class Turns {
        private final Priority priority;
        /** The tenant whose turn is next comes first. */
        private final LinkedHashMap<Object, LinkedHashSet<QueueEntry<K>>> tenants = new LinkedHashMap<>();
        /** How many keys of higher priority were taken since one of this priority was. */
        private int passedOver;

        Turns(Priority priority) {
            this.priority = priority;
        }

        boolean isEmpty() {
            return tenants.isEmpty();
        }

        void passOver() {
            passedOver = isEmpty() ? 0 : passedOver + 1;
        }

        void add(QueueEntry<K> entry) {
            tenants.computeIfAbsent(tenant.apply(entry.key), t -> new LinkedHashSet<>())
                    .add(entry);
        }

        void remove(QueueEntry<K> entry) {
            tenants.computeIfPresent(tenant.apply(entry.key), (t, entries) -> {
                entries.remove(entry);
                return entries.isEmpty() ? null : entries;
            });
        }

        QueueEntry<K> take() {
            passedOver = 0;
            Map.Entry<Object, LinkedHashSet<QueueEntry<K>>> turn = Objects.requireNonNull(tenants.pollFirstEntry());
            QueueEntry<K> entry = turn.getValue().removeFirst();
            if (!turn.getValue().isEmpty()) {
                tenants.putLast(turn.getKey(), turn.getValue());
            }
            return entry;
        }

        void clear() {
            tenants.values().forEach(entries -> metrics.depth(priority, -entries.size()));
            tenants.clear();
        }
    }
}

package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of a cache about changes, in the order in which they were added and without the cache's lock: a
 * listener may read other caches, whose listeners may read this one. One thread at a time delivers; what others add
 * meanwhile it delivers too, so nobody waits. Only those that listen at once are told with the lock, before all others.
 */
final class ChangeDelivery<T extends HasMetadata> {
    private static final Logger log = LoggerFactory.getLogger(ChangeDelivery.class);

    private record Pending<T extends HasMetadata>(
            @Nullable T before, @Nullable T after) {}

    private final List<Change<T>> listenersAtOnce = new CopyOnWriteArrayList<>();
    private final List<Change<T>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Pending<T>> undelivered = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean delivering = new AtomicBoolean();

    void listen(Change<T> listener) {
        listeners.add(listener);
    }

    /** Has the listener told by {@link #add} itself, with the cache's lock. */
    void listenAtOnce(Change<T> listener) {
        listenersAtOnce.add(listener);
    }

    /** Notes a change. {@link #deliver} must follow, after the cache's lock is released. */
    void add(@Nullable T before, @Nullable T after) {
        Pending<T> change = new Pending<>(before, after);
        tell(listenersAtOnce, change);
        undelivered.add(change);
    }

    void deliver() {
        while (!undelivered.isEmpty() && delivering.compareAndSet(false, true)) {
            try {
                for (Pending<T> next = undelivered.poll(); next != null; next = undelivered.poll()) {
                    tell(listeners, next);
                }
            } finally {
                delivering.set(false);
            }
        }
    }

    private static <T extends HasMetadata> void tell(List<Change<T>> listeners, Pending<T> change) {
        for (Change<T> listener : listeners) {
            try {
                listener.changed(change.before(), change.after());
            } catch (RuntimeException e) {
                log.error("A listener to changes failed", e);
            }
        }
    }
}

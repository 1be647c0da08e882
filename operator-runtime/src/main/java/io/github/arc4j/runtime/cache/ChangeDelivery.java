package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers changes of a cache to its listeners, in order and without the cache's lock: a listener may read other
 * caches, whose listeners may read this one. One thread at a time delivers, including the changes that other threads
 * add meanwhile, so no thread waits. Only synchronous listeners are called with the lock, before all others.
 */
public final class ChangeDelivery<T extends HasMetadata> {
    private static final Logger log = LoggerFactory.getLogger(ChangeDelivery.class);

    private record Pending<T extends HasMetadata>(
            @Nullable T before, @Nullable T after) {}

    private final List<BiConsumer<@Nullable T, @Nullable T>> synchronousListeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<@Nullable T, @Nullable T>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Pending<T>> undelivered = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean delivering = new AtomicBoolean();

    void listen(BiConsumer<@Nullable T, @Nullable T> listener) {
        listeners.add(listener);
    }

    /** Adds a listener that {@link #add} itself calls, with the cache's lock. */
    void listenSynchronously(BiConsumer<@Nullable T, @Nullable T> listener) {
        synchronousListeners.add(listener);
    }

    /** Records a change. {@link #deliver} must follow, after the cache's lock is released. */
    void add(@Nullable T before, @Nullable T after) {
        Pending<T> change = new Pending<>(before, after);
        notify(synchronousListeners, change);
        undelivered.add(change);
    }

    void deliver() {
        while (!undelivered.isEmpty() && delivering.compareAndSet(false, true)) {
            try {
                for (Pending<T> next = undelivered.poll(); next != null; next = undelivered.poll()) {
                    notify(listeners, next);
                }
            } finally {
                delivering.set(false);
            }
        }
    }

    private static <T extends HasMetadata> void notify(
            List<BiConsumer<@Nullable T, @Nullable T>> listeners, Pending<T> change) {
        for (BiConsumer<@Nullable T, @Nullable T> listener : listeners) {
            try {
                listener.accept(change.before(), change.after());
            } catch (RuntimeException e) {
                log.error("A change listener failed", e);
            }
        }
    }
}

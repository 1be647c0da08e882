package io.github.arc4j.actions.internal.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that is fetched once for all threads that need a new one at the same time. The first thread fetches, and the
 * others wait for its result or failure; if the first thread is interrupted, another one takes over. Stale values are
 * compared by identity, not equality.
 */
@SuppressWarnings("ReferenceEquality")
public final class SingleFlight<T> {
    @FunctionalInterface
    public interface Fetch<T> {
        T fetch() throws InterruptedException;
    }

    private final AtomicReference<@Nullable CompletableFuture<T>> flight = new AtomicReference<>();
    private volatile @Nullable T value;

    public SingleFlight(@Nullable T value) {
        this.value = value;
    }

    public @Nullable T value() {
        return value;
    }

    /** Returns a value other than the stale one (null if there is none yet). */
    public T renew(@Nullable T stale, Fetch<T> fetch) throws InterruptedException {
        while (true) {
            CompletableFuture<T> mine = new CompletableFuture<>();
            CompletableFuture<T> running = flight.compareAndExchange(null, mine);
            if (running == null) {
                return lead(mine, stale, fetch);
            }
            try {
                T fetched = running.get();
                if (fetched != stale) {
                    return fetched;
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
            }
        }
    }

    private T lead(CompletableFuture<T> mine, @Nullable T stale, Fetch<T> fetch) throws InterruptedException {
        try {
            T current = value;
            T fresh = current != null && current != stale ? current : fetch.fetch();
            value = fresh;
            flight.set(null);
            mine.complete(fresh);
            return fresh;
        } catch (InterruptedException | RuntimeException | Error e) {
            flight.set(null);
            mine.completeExceptionally(e);
            throw e;
        }
    }
}

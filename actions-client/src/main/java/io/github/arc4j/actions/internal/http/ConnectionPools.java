package io.github.arc4j.actions.internal.http;

import io.github.arc4j.actions.ResponseMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Connection pools shared between clients: one pool for each distinct set of settings, closed after its last user. */
public final class ConnectionPools {
    private final Map<ConnectionSettings, ConnectionPool> pools = new HashMap<>();

    /**
     * Opens a transport that shares the connections of all transports with the same settings.
     *
     * @param maxBytes of a response body
     * @param memory for all bodies
     * @param http2 the hosts with which HTTP/2 is used; null for all
     */
    public synchronized Transport open(
            ConnectionSettings settings, int maxBytes, ResponseMemory memory, @Nullable Predicate<String> http2) {
        ConnectionPool pool = pools.computeIfAbsent(settings, ConnectionPool::new);
        pool.users++;
        return new Transport(pool, () -> release(settings, pool), maxBytes, memory, http2);
    }

    private void release(ConnectionSettings settings, ConnectionPool pool) {
        if (removesLastUser(settings, pool)) {
            pool.close(); // others can open and release theirs in the meantime
        }
    }

    private synchronized boolean removesLastUser(ConnectionSettings settings, ConnectionPool pool) {
        pool.users--;
        return pool.users == 0 && pools.remove(settings, pool);
    }

    public synchronized int size() {
        return pools.size();
    }
}

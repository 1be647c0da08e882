package io.github.arc4j.actions.internal;

import java.util.HashMap;
import java.util.Map;

/** The connection pools of clients that share them: one for all with the same settings, closed after its last user. */
public final class ConnectionPools {
    private static final class Shared {
        final ConnectionPool pool;
        int users;

        Shared(ConnectionPool pool) {
            this.pool = pool;
        }
    }

    private final Map<ConnectionSettings, Shared> pools = new HashMap<>();

    /** A transport whose connections are those of all others with these settings. */
    public synchronized Transport open(ConnectionSettings settings, int maxBytes) {
        Shared shared = pools.computeIfAbsent(settings, s -> new Shared(new ConnectionPool(s)));
        shared.users++;
        return new Transport(shared.pool, () -> release(settings, shared), maxBytes);
    }

    private synchronized void release(ConnectionSettings settings, Shared shared) {
        shared.users--;
        if (shared.users == 0) {
            pools.remove(settings);
            shared.pool.close();
        }
    }

    /** How many there are. */
    public synchronized int size() {
        return pools.size();
    }
}

package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.ConnectionPools;

/**
 * Connections that the clients of a process share, for one that has many clients: each then needs no threads of its
 * own. Those to the same GitHub host are shared, with the same proxies and the same trust; credentials and tokens stay
 * each client's own.
 */
public final class HttpConnections {
    private final ConnectionPools pools = new ConnectionPools();

    ConnectionPools pools() {
        return pools;
    }
}

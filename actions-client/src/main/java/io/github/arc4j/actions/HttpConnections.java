package io.github.arc4j.actions;

import io.github.arc4j.actions.internal.http.ConnectionPools;

/**
 * HTTP connections shared by the clients of a process, for processes with many clients: a client then needs no threads
 * of its own. Clients share connections to a GitHub host if their proxies and trusted certificates are the same.
 * Credentials and tokens are never shared.
 */
public final class HttpConnections {
    private final ConnectionPools pools = new ConnectionPools();

    /** Creates connections for clients to share; opens none. */
    public HttpConnections() {}

    ConnectionPools pools() {
        return pools;
    }
}

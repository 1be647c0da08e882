package io.github.arc4j.process.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Limits how many connections hold memory: anyone on the network can open connections, send the first half of a
 * request, or not read the response, as often as they like. At the limit, the oldest connection is closed in favor of
 * the newest, so a flood of such connections delays no probe: a probe ends long before it can become the oldest.
 */
final class OpenConnections implements AutoCloseable {
    /** What a connection is waiting for. */
    enum Phase {
        /** A complete request on a new connection, or the rest of a request. */
        RECEIVING(64),
        /** The handler, or the client that reads the response. */
        RESPONDING(64),
        /** Another request. */
        IDLE(32);

        /**
         * Maximum number of connections in this phase; each takes about 25 KiB, and 60 KiB more while metrics are
         * decompressed for it.
         */
        final int limit;

        Phase(int limit) {
            this.limit = limit;
        }
    }

    private final Map<Phase, Set<Socket>> connections = new EnumMap<>(Phase.class);
    private boolean closed;

    OpenConnections() {
        for (Phase phase : Phase.values()) {
            connections.put(phase, new LinkedHashSet<>());
        }
    }

    /** Moves a connection to a phase, where it is the newest. Closes it if everything is closed. */
    synchronized void enter(Phase phase, Socket connection) {
        leave(connection);
        if (closed) {
            close(connection);
            return;
        }
        Set<Socket> inPhase = connections.getOrDefault(phase, Set.of());
        if (inPhase.size() >= phase.limit) {
            Iterator<Socket> oldestFirst = inPhase.iterator();
            close(oldestFirst.next());
            oldestFirst.remove();
        }
        inPhase.add(connection);
    }

    synchronized void leave(Socket connection) {
        connections.values().forEach(inPhase -> inPhase.remove(connection));
    }

    /** A thread that reads from the connection or writes to it fails immediately. */
    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        connections.values().forEach(inPhase -> {
            inPhase.forEach(OpenConnections::close);
            inPhase.clear();
        });
    }
}

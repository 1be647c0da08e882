package io.github.arc4j.process.http;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP/1 server for metrics and probes: one virtual thread per connection, exact paths, 404 for other paths;
 * bodies of requests are ignored. Anyone who can reach the port can send requests, so the resources that connections
 * can hold are limited, by {@link OpenConnections} and by timeouts.
 *
 * <p>The JDK's server would wake up more than once per second, which costs a process that only waits for GitHub more
 * CPU time than everything else. For the same reason, an endpoint that has only {@linkplain HttpHandler#isQuick quick}
 * handlers responds to probes on the thread that accepts connections: with virtual threads, each probe wakes up three other
 * threads.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);
    /**
     * Connections that wait to be accepted: with the default of 50, a flood makes a probe wait for a second or more.
     */
    private static final int BACKLOG = 1024;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** How much of a minute the thread that accepts connections may spend on requests; a single slow client uses it up. */
    private static final Duration BUDGET = Duration.ofMillis(30);

    private final ServerSocket server;
    private final Map<String, HttpHandler> handlers;
    private final OpenConnections connections = new OpenConnections();
    private final boolean quick;
    private long minute = System.nanoTime();
    private long spent;

    private HttpEndpoint(ServerSocket server, Map<String, HttpHandler> handlers) {
        this.server = server;
        this.handlers = handlers;
        this.quick = handlers.values().stream().allMatch(HttpHandler::isQuick);
    }

    /**
     * Starts listening.
     *
     * @param handlers by path, which must start with a slash
     * @throws IOException if the address cannot be listened on; the message names it
     */
    public static HttpEndpoint start(ListenAddress address, Map<String, HttpHandler> handlers) throws IOException {
        HttpEndpoint endpoint = new HttpEndpoint(listen(address), Map.copyOf(handlers));
        Thread.Builder thread = endpoint.quick ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
        thread.name("http").start(endpoint::acceptAll);
        return endpoint;
    }

    private static ServerSocket listen(ListenAddress address) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address.socketAddress(), BACKLOG);
            return server;
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on, even if any free port was requested. */
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            log.warn("Cannot close port {}: {}", port(), e.getMessage());
        }
        connections.close();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                HttpConnection connection = new HttpConnection(server.accept(), handlers, connections);
                if (!quick || !respondsAtOnce(connection)) {
                    Thread.startVirtualThread(connection);
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("Cannot accept a connection on port {}: {}", port(), e.getMessage());
                    pause();
                }
            }
        }
    }

    /** For a limited part of each minute, so that slow clients, or many of them, cannot occupy this thread. */
    private boolean respondsAtOnce(HttpConnection connection) {
        long start = System.nanoTime();
        if (start - minute >= MINUTE.toNanos()) {
            minute = start;
            spent = 0;
        }
        if (spent >= BUDGET.toNanos()) {
            return false;
        }
        boolean responded = connection.respondsAtOnce();
        spent += System.nanoTime() - start;
        return responded;
    }

    /** File descriptors may have run out. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

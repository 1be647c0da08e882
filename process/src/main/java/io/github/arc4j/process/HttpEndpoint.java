package io.github.arc4j.process;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small HTTP server for metrics and probes: one virtual thread per request, exact paths, 404 for other paths. Anyone
 * who can reach the port can send requests, so the resources that connections and requests can hold are limited: here
 * by {@link RequestThreads}, and by JVM options ({@code image/src/main/launchers}), because the JDK's server reads its
 * limits only from those.
 */
public final class HttpEndpoint implements AutoCloseable {
    /**
     * Connections that wait to be accepted: with the default of 50, a flood makes a probe wait for a second or more.
     */
    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final RequestThreads requests;

    private HttpEndpoint(HttpServer server, RequestThreads requests) {
        this.server = server;
        this.requests = requests;
    }

    public static Builder builder(ListenAddress address) {
        return new Builder(address);
    }

    /** The port that it listens on, even if any free port was requested. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening and closes the connections. */
    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }

    /** Collects the paths of an endpoint. */
    public static final class Builder {
        private final ListenAddress address;
        private final Map<String, HttpHandler> handlers = new LinkedHashMap<>();

        private Builder(ListenAddress address) {
            this.address = address;
        }

        /** Serves a path, which must start with a slash. A later handler for the same path replaces the earlier one. */
        public Builder handle(String path, HttpHandler handler) {
            handlers.put(path, handler);
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws IOException if the address cannot be listened on; the message names it
         */
        public HttpEndpoint start() throws IOException {
            // Read once by the server's classes. Without the first property, responses on a kept-alive connection take
            // 40 ms.
            if (System.getProperty("sun.net.httpserver.nodelay") == null) {
                System.setProperty("sun.net.httpserver.nodelay", "true");
            }
            HttpServer server;
            try {
                server = HttpServer.create(address.socketAddress(), BACKLOG);
            } catch (IOException e) {
                throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
            }
            RequestThreads requests = new RequestThreads();
            server.setExecutor(requests);
            handlers.forEach((path, handler) -> server.createContext(path, exactly(path, handler, requests)));
            server.start();
            return new HttpEndpoint(server, requests);
        }

        /** The JDK's server also passes all paths below a context's path to its handler. */
        private static HttpHandler exactly(String path, HttpHandler handler, RequestThreads requests) {
            return exchange -> {
                requests.received();
                try (exchange) {
                    if (exchange.getRequestURI().getPath().equals(path)) {
                        handler.handle(exchange);
                    } else {
                        exchange.sendResponseHeaders(404, -1);
                    }
                }
            };
        }
    }
}

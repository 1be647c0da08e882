package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpServer;
import io.github.arc4j.kube.store.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves an object store over HTTP on the loopback interface. */
public final class ApiServer implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RequestLog requests = new RequestLog();
    private final Faults faults = new Faults();
    private final Watches watches;

    /**
     * @param port 0 for any that is free
     */
    public ApiServer(ObjectStore store, int port) throws IOException {
        tuneHttpServer();
        watches = new Watches(store);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", new ApiHandler(store, requests, faults, watches));
        server.start();
    }

    /** The JDK's server reads these once per process; what a user has set stays. */
    private static void tuneHttpServer() {
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "10000");
        // Longer than clients keep connections, so that none is closed just when it is used again.
        setIfAbsent("sun.net.httpserver.idleInterval", "600");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public RequestLog requests() {
        return requests;
    }

    public Faults faults() {
        return faults;
    }

    public Watches watches() {
        return watches;
    }

    @Override
    public void close() {
        watches.drop();
        server.stop(0);
        threads.shutdownNow();
    }
}

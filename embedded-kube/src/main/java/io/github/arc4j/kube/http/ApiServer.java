package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.arc4j.kube.store.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Serves an object store over HTTP on the loopback interface. */
public final class ApiServer implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final String scheme;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RequestLog requests = new RequestLog();
    private final Faults faults = new Faults();
    private final Watches watches;

    /**
     * @param port 0 for any free port
     * @param tls null for plain HTTP
     */
    public ApiServer(ObjectStore store, int port, @Nullable SSLContext tls) throws IOException {
        tuneHttpServer();
        watches = new Watches(store);
        scheme = tls == null ? "http" : "https";
        server = server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls);
        server.setExecutor(threads);
        server.createContext("/", new ApiHandler(store, requests, faults, watches));
        server.start();
    }

    private static HttpServer server(InetSocketAddress address, @Nullable SSLContext tls) throws IOException {
        if (tls == null) {
            return HttpServer.create(address, BACKLOG);
        }
        HttpsServer https = HttpsServer.create(address, BACKLOG);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        return https;
    }

    /** The JDK's server reads these properties once per process; values set by the user are kept. */
    private static void tuneHttpServer() {
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "10000");
        // Longer than clients keep connections, so that no connection is closed just when it is reused.
        setIfAbsent("sun.net.httpserver.idleInterval", "600");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    public URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
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

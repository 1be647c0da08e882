package io.github.arc4j.listener;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Accepts any request, and responds with 200 and {@code {}} unless configured otherwise. */
public final class FakeApiServer implements AutoCloseable {
    private static final int DROP = 0;

    private record Response(int status, String body) {}

    private record Request(String line, Headers headers, int clientPort) {}

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Queue<Response> responses = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger hanging = new AtomicInteger();
    private volatile boolean hang;
    private final String scheme;
    private final HttpServer server;

    public FakeApiServer() throws IOException {
        this(null);
    }

    /** @param tls null means HTTP */
    public FakeApiServer(@Nullable SSLContext tls) throws IOException {
        this.scheme = tls == null ? "http" : "https";
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = https;
        }
        server.createContext("/", this::handle);
        server.start();
    }

    public URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Sets the response to the next request. */
    public void answer(int status, String body) {
        responses.add(new Response(status, body));
    }

    /** Closes the connection of the next request. */
    public void drop() {
        responses.add(new Response(DROP, ""));
    }

    /** Stops responding. */
    void hang() {
        hang = true;
    }

    boolean isHanging() {
        return hanging.get() > 0;
    }

    public List<String> requests() {
        return requests.stream().map(Request::line).toList();
    }

    public List<String> headers(String name) {
        return requests.stream()
                .map(request -> String.valueOf(request.headers().getFirst(name)))
                .toList();
    }

    /** The number of connections on which requests arrived. */
    public long connections() {
        return requests.stream().map(Request::clientPort).distinct().count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body,
                    exchange.getRequestHeaders(),
                    exchange.getRemoteAddress().getPort()));
            if (hang) {
                hanging.incrementAndGet();
                closed.await();
            }
            Response next = responses.poll();
            Response response = next == null ? new Response(200, "{}") : next;
            if (response.status() != DROP) {
                byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}

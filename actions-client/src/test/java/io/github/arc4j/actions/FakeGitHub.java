package io.github.arc4j.actions;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's REST API and the Actions service with responses that a test scripts. Registration works unless scripted
 * otherwise. Requests are recorded.
 */
final class FakeGitHub implements AutoCloseable {
    static final String REGISTRATION_TOKEN = "/actions/runners/registration-token";
    static final String ADMIN_CONNECTION = "/actions/runner-registration";
    /** Where the clients of {@link #config} ask for a registration token. */
    static final String TOKEN_PATH = "/api/v3/orgs/org" + REGISTRATION_TOKEN;

    static final String CONNECTION_PATH = "/api/v3" + ADMIN_CONNECTION;
    static final String SCALE_SETS = "/_apis/runtime/runnerscalesets";
    static final String AGENTS = "/_apis/distributedtask/pools/0/agents";
    static final String SESSIONS = SCALE_SETS + "/7/sessions";
    static final String SESSION_ID = "11111111-2222-3333-4444-555555555555";
    static final String SCALE_SET = "{\"id\":7,\"name\":\"set\",\"runnerGroupId\":1}";
    static final String STATISTICS =
            "{\"totalAvailableJobs\":1,\"totalAcquiredJobs\":2,\"totalAssignedJobs\":3,\"totalRunningJobs\":4,"
                    + "\"totalRegisteredRunners\":5,\"totalBusyRunners\":6,\"totalIdleRunners\":7}";

    /** A request as it came in. */
    record Seen(String method, String path, String query, Map<String, List<String>> headers, String body) {
        /** A header's value, empty if it is missing. */
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse("");
        }
    }

    /** How a request is answered. */
    @FunctionalInterface
    interface Reply {
        void send(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final String scheme;
    private final Map<String, Deque<Reply>> routes = new ConcurrentHashMap<>();
    private final List<Seen> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger tokens = new AtomicInteger();

    FakeGitHub() {
        this(null);
    }

    FakeGitHub(@Nullable SSLContext tls) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            if (tls == null) {
                server = HttpServer.create(address, 1000);
                scheme = "http";
            } else {
                HttpsServer https = HttpsServer.create(address, 1000);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
                scheme = "https";
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
        on("POST", TOKEN_PATH, json(201, "{\"token\":\"registration\"}"));
        on(
                "POST",
                CONNECTION_PATH,
                exchange -> connection(Instant.now().plusSeconds(3600)).send(exchange));
    }

    /** Responds to requests with these replies in turn; the last one stays. */
    FakeGitHub on(String method, String path, Reply... replies) {
        routes.put(method + " " + path, new ArrayDeque<>(List.of(replies)));
        return this;
    }

    /** Responds to requests to the Actions service. */
    FakeGitHub service(String method, String path, Reply... replies) {
        return on(method, "/tenant" + path, replies);
    }

    /** A session with a queue under {@code /queue}. */
    FakeGitHub session() {
        return service("POST", SESSIONS, json(200, sessionJson("queue-token")))
                .service("DELETE", SESSIONS + "/" + SESSION_ID, empty(204));
    }

    String sessionJson(String queueToken) {
        return "{\"sessionId\":\"" + SESSION_ID + "\",\"ownerName\":\"me\",\"messageQueueUrl\":\"" + uri("/queue?key=1")
                + "\",\"messageQueueAccessToken\":\"" + queueToken + "\",\"statistics\":" + STATISTICS
                + ",\"runnerScaleSet\":" + SCALE_SET + "}";
    }

    /** An admin connection whose token ends then; each has another token. */
    Reply connection(Instant expiry) {
        return exchange -> {
            String token = jwt("{\"exp\":" + expiry.getEpochSecond() + ",\"n\":" + tokens.incrementAndGet() + "}");
            json(200, "{\"url\":\"" + uri("/tenant/") + "\",\"token\":\"" + token + "\"}")
                    .send(exchange);
        };
    }

    ConfigUrl config() {
        return ConfigUrl.parse(uri("/org").toString());
    }

    URI uri(String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<Seen> requests() {
        return List.copyOf(requests);
    }

    /** Requests whose path ends like this. */
    List<Seen> requests(String method, String pathEnd) {
        return requests.stream()
                .filter(seen -> seen.method().equals(method) && seen.path().endsWith(pathEnd))
                .toList();
    }

    Seen only(String method, String pathEnd) {
        List<Seen> found = requests(method, pathEnd);
        if (found.size() != 1) {
            throw new AssertionError("not one request but " + found);
        }
        return found.get(0);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        executor.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Seen(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                Map.copyOf(exchange.getRequestHeaders()),
                body));
        Deque<Reply> replies = routes.get(exchange.getRequestMethod() + " " + uri.getRawPath());
        Reply reply;
        if (replies == null) {
            reply = text(404, "no such route: " + uri.getRawPath());
        } else {
            synchronized (replies) {
                reply = replies.size() > 1 ? replies.poll() : replies.peek();
            }
        }
        reply.send(exchange);
    }

    static String jwt(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".signature";
    }

    static Reply json(int status, String body, String... headers) {
        return bytes(status, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static Reply text(int status, String body, String... headers) {
        return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static Reply empty(int status, String... headers) {
        return bytes(status, "", new byte[0], headers);
    }

    static Reply bytes(int status, String contentType, byte[] body, String... headers) {
        return exchange -> {
            if (!contentType.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", contentType);
            }
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        };
    }

    static Reply gzip(String body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes(200, "application/json", compressed.toByteArray(), "Content-Encoding", "gzip");
    }

    /** Reads the request, then closes the connection. */
    static Reply drop() {
        return HttpExchange::close;
    }

    /** Announces more bytes than it sends. */
    static Reply truncated(String body) {
        return exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("the connection breaks");
        };
    }

    /** Sends headers at once and the body byte by byte without an end. */
    Reply drip() {
        return drip(() -> {});
    }

    /** The same; tells when the client has gone. */
    Reply drip(Runnable gone) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (!waitForClose(20)) {
                    out.write(' ');
                    out.flush();
                }
            } catch (IOException e) {
                gone.run();
            }
        };
    }

    /** Never responds. */
    Reply hang() {
        return exchange -> waitForClose(60_000);
    }

    /** Responds late. */
    Reply after(long milliseconds, Reply reply) {
        return exchange -> {
            waitForClose(milliseconds);
            reply.send(exchange);
        };
    }

    private boolean waitForClose(long milliseconds) {
        try {
            return closed.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** A list response. */
    static Reply page(String... values) {
        return json(200, "{\"count\":" + values.length + ",\"value\":[" + String.join(",", values) + "]}");
    }
}

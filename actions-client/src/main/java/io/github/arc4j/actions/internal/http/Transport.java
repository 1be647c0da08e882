package io.github.arc4j.actions.internal.http;

import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.ResponseMemory;
import io.github.arc4j.actions.wire.BodyTooLargeException;
import io.github.arc4j.actions.wire.LimitedBody;
import io.github.arc4j.actions.wire.WholeResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** An HTTP exchange with proxies, redirects, compression, size limit and timeout. */
public final class Transport implements AutoCloseable {
    private static final String CONTENT_LENGTH = "Content-Length";

    /**
     * Whether the process runs with {@code -Djdk.httpclient.allowRestrictedHeaders=content-length}. Go's client sends a
     * length of 0 with a POST or PATCH without a body; over HTTP/2, the JDK's client sends none by itself.
     */
    private static final boolean MAY_SET_LENGTH = isAllowed(CONTENT_LENGTH);

    private static final int MAX_REDIRECTS = 10;

    private final ConnectionPool pool;
    private final Runnable release;
    private final int maxBytes;
    private final ResponseMemory memory;
    private final @Nullable Predicate<String> http2;
    private volatile boolean closed;

    /** @param release called once when this transport no longer needs the pool; see {@link ConnectionPools#open} */
    Transport(
            ConnectionPool pool,
            Runnable release,
            int maxBytes,
            ResponseMemory memory,
            @Nullable Predicate<String> http2) {
        this.pool = pool;
        this.release = release;
        this.maxBytes = maxBytes;
        this.memory = memory;
        this.http2 = http2;
    }

    /**
     * Sends the request and reads the whole response.
     *
     * @throws IOException if there is no complete response; {@code Connections} interprets it
     */
    public Response exchange(Call call) throws IOException, InterruptedException {
        if (closed) {
            throw new NotSentException("the client is closed", true);
        }
        long deadline = System.nanoTime() + call.timeout().toNanos();
        URI uri = call.uri();
        String method = call.method();
        for (int redirects = 0; ; redirects++) {
            HttpResponse<byte[]> response = once(call, method, uri, deadline);
            Optional<URI> location = redirects < MAX_REDIRECTS ? location(response, method, uri) : Optional.empty();
            if (location.isEmpty()) {
                return decoded(response);
            }
            uri = location.get();
        }
    }

    /** Reports the host of a failed exchange if the failure is that the host could not be reached. */
    public void reportUnreachable(URI uri, IOException failure, ClientMetrics metrics) {
        boolean inTime =
                failure instanceof ConnectException && !(failure.getCause() instanceof UnresolvedAddressException);
        if (inTime || failure instanceof HttpConnectTimeoutException) {
            Optional<HttpProxy> proxy = proxyFor(uri);
            metrics.unreachable(
                    proxy.map(HttpProxy::host).orElse(uri.getHost()),
                    proxy.map(HttpProxy::port).orElse(port(uri)),
                    inTime ? Duration.ZERO : pool.connectTimeout());
        }
    }

    /** Returns the proxy for a target, empty for a direct connection. */
    public Optional<HttpProxy> proxyFor(URI uri) {
        return pool.routes().proxyFor(uri);
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }

    private HttpResponse<byte[]> once(Call call, String method, URI uri, long deadline)
            throws IOException, InterruptedException {
        if (call.effect() == Call.Effect.LONG_POLL) {
            return await(pool.clients().forPolls(), request(call, method, uri, () -> {}), deadline);
        }
        return pool.clients().exchange(uri, usesHttp2(uri), deadline, (client, connected) -> {
            try {
                return await(client, request(call, method, uri, connected), deadline);
            } catch (IOException e) {
                if (isTimeout(e)) {
                    pool.clients().timedOut(client);
                }
                throw e;
            }
        });
    }

    /** Not without TLS: an upgrade would only confuse proxies. */
    private boolean usesHttp2(URI uri) {
        return "https".equals(uri.getScheme())
                && (http2 == null || http2.test(Objects.requireNonNullElse(uri.getHost(), "")));
    }

    private static boolean isTimeout(IOException failure) {
        IOException reason = failure instanceof IncompleteResponseException incomplete ? incomplete.reason() : failure;
        return reason instanceof HttpTimeoutException && !(reason instanceof HttpConnectTimeoutException);
    }

    private HttpRequest request(Call call, String method, URI uri, Runnable connected) throws NotSentException {
        boolean overHttp2 = usesHttp2(uri) && call.effect() != Call.Effect.LONG_POLL;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    // A long poll has its own connection.
                    .version(overHttp2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                    .header("Accept-Encoding", "gzip");
            method(request, method, call.body(), overHttp2, connected);
            call.headers().forEach(request::header);
            pool.routes().authenticate(uri, request);
            return request.build();
        } catch (IllegalArgumentException e) {
            // the exception's message contains the value, which may be a token
            throw new NotSentException("the URL or a header has characters that can't be sent", true);
        }
    }

    /** A publisher, even an empty one, makes the JDK send {@code Content-Length: 0} over HTTP/1.1. */
    private static void method(
            HttpRequest.Builder request, String method, @Nullable String body, boolean http2, Runnable connected) {
        if (body == null && !http2 && method.equals("GET")) {
            request.GET();
        } else if (body == null && !http2 && method.equals("DELETE")) {
            request.DELETE();
        } else {
            BodyPublisher content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
            request.method(method, new SentBody(content, connected));
            if (body == null && http2 && MAY_SET_LENGTH && !method.equals("GET") && !method.equals("DELETE")) {
                request.header(CONTENT_LENGTH, "0");
            }
        }
    }

    private static boolean isAllowed(String header) {
        try {
            HttpRequest.newBuilder().header(header, "0");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private HttpResponse<byte[]> await(HttpClient http, HttpRequest request, long deadline)
            throws IOException, InterruptedException {
        AtomicReference<HttpResponse.@Nullable ResponseInfo> head = new AtomicReference<>();
        LimitedBody body = new LimitedBody(maxBytes, memory);
        CompletableFuture<HttpResponse<byte[]>> response;
        try {
            response = http.sendAsync(request, info -> {
                head.set(info);
                return body;
            });
        } catch (IllegalArgumentException e) {
            throw new NotSentException("the URL is invalid", true);
        }
        try (body) {
            return WholeResponse.await(response, deadline - System.nanoTime());
        } catch (IOException e) {
            throw failure(head.get(), e);
        }
    }

    private IOException failure(HttpResponse.@Nullable ResponseInfo head, IOException reason) {
        if (head == null) {
            return reason;
        }
        boolean compressed = reason instanceof BodyTooLargeException && isCompressed(head.headers());
        return new IncompleteResponseException(
                new Response(head.statusCode(), head.headers(), new byte[0]),
                compressed ? decompressed((BodyTooLargeException) reason) : reason);
    }

    private static boolean isCompressed(HttpHeaders headers) {
        return headers.firstValue("Content-Encoding")
                .filter("gzip"::equalsIgnoreCase)
                .isPresent();
    }

    private BodyTooLargeException decompressed(BodyTooLargeException failure) {
        byte[] beginning = failure.beginning();
        byte[] plain = new byte[BodyTooLargeException.BEGINNING];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(beginning), beginning.length)) {
            int length = Math.max(in.read(plain), 0);
            return new BodyTooLargeException(maxBytes, Arrays.copyOf(plain, length));
        } catch (IOException e) {
            return new BodyTooLargeException(maxBytes, new byte[0]);
        }
    }

    /**
     * Returns the redirect target: only with the same method, because a POST must never become a GET, and only on the
     * same host. Each request carries credentials, and a server must not choose other hosts to which this process sends
     * requests.
     */
    private static Optional<URI> location(HttpResponse<?> response, String method, URI uri) {
        boolean redirect = switch (response.statusCode()) {
            case 307, 308 -> true;
            case 301, 302, 303 -> method.equals("GET");
            default -> false;
        };
        if (!redirect) {
            return Optional.empty();
        }
        try {
            return response.headers()
                    .firstValue("Location")
                    .filter(text -> !text.isBlank())
                    .map(uri::resolve)
                    .filter(target -> target.getHost() != null)
                    .filter(target -> sameHost(uri, target));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The same host and scheme, or an upgrade to TLS, to which a GitHub Enterprise Server redirects. */
    private static boolean sameHost(URI from, URI to) {
        boolean encrypted = "http".equals(from.getScheme()) && "https".equals(to.getScheme());
        return from.getHost().equalsIgnoreCase(to.getHost())
                && (encrypted || (from.getScheme().equals(to.getScheme()) && port(from) == port(to)));
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
    }

    private Response decoded(HttpResponse<byte[]> response) throws IOException {
        // the response to a refused tunnel has no body
        byte[] body = response.body() == null ? new byte[0] : response.body();
        try {
            return new Response(response.statusCode(), response.headers(), plain(response, body));
        } catch (IOException e) {
            throw new IncompleteResponseException(
                    new Response(response.statusCode(), response.headers(), new byte[0]), e);
        }
    }

    private byte[] plain(HttpResponse<?> response, byte[] body) throws IOException {
        if (body.length == 0 || !isCompressed(response.headers())) {
            return body;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] plain = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new BodyTooLargeException(maxBytes, plain);
            }
            return plain;
        }
    }
}

package io.github.arc4j.listener.kube;

import io.github.arc4j.actions.ResponseMemory;
import io.github.arc4j.actions.wire.LimitedBody;
import io.github.arc4j.process.ApiPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Calls the API server, over connections that all callers share. */
public final class KubeClient implements AutoCloseable {
    /** Timeout of one call, except for an open watch. */
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Each call uses its own connection; many concurrent calls cost memory and gain nothing. */
    private static final int CALLS = 100;
    /** How long a call in a burst waits for a permit before the API server is considered unresponsive. */
    private static final Duration WAIT = Duration.ofSeconds(30);
    /** Of one object, in bytes; an API server with its default limits stores at most 1.5 MiB. */
    private static final int MAX_OBJECT = 8 << 20;
    /** Of an error's body that is kept, in bytes; sufficient for a Status object. */
    private static final int MAX_ERROR = 64 << 10;

    private static final String JSON = "application/json";
    /** A patched object may be large, and only the status of the response matters. */
    private static final String METADATA_ONLY = JSON + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1," + JSON;

    private final KubeEndpoint endpoint;
    private final String userAgent;
    private final HttpClient http;
    private final Semaphore free = new Semaphore(CALLS, true);
    private final NamespaceCalls ofNamespaces = new NamespaceCalls();

    /** Opens no connection yet. */
    public KubeClient(KubeEndpoint endpoint, String userAgent) {
        this.endpoint = endpoint;
        this.userAgent = userAgent;
        HttpClient.Builder builder = HttpClient.newBuilder()
                // With HTTP/1.1, the call that detects a silent connection drops it; HTTP/2 would keep using it.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        if (endpoint.tls() != null) {
            builder.sslContext(endpoint.tls());
        }
        this.http = builder.build();
    }

    /**
     * Gets one object.
     *
     * @throws KubeException if there is no response, or one that is too large; not for any status of a response
     */
    public HttpResponse<byte[]> get(String path) throws InterruptedException {
        return send(path, request(path, JSON), head -> new LimitedBody(MAX_OBJECT, ResponseMemory.of(MAX_OBJECT)));
    }

    /**
     * Sends a JSON merge patch.
     *
     * @return without the patched object; the body of an error is cut to {@value #MAX_ERROR} bytes
     * @throws KubeException if there is no response; not for any status of a response
     */
    public HttpResponse<byte[]> patch(String path, String json) throws InterruptedException {
        HttpRequest.Builder request = request(path, METADATA_ONLY)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(json));
        return send(path, request, KubeClient::startOfError);
    }

    /**
     * Keeps nothing of a successful response, and the start of another one. It reads the rest too, because that lets the
     * next call use the connection.
     */
    private static BodySubscriber<byte[]> startOfError(ResponseInfo head) {
        if (head.statusCode() / 100 == 2) {
            return BodySubscribers.replacing(new byte[0]);
        }
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        return BodySubscribers.mapping(
                BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(
                        bytes -> start.write(bytes, 0, Math.min(bytes.length, MAX_ERROR - start.size())))),
                end -> start.toByteArray());
    }

    /**
     * Opens a list or a watch, whose length has no limit. Reading it has no timeout, but an interrupt ends it.
     *
     * @param path with query
     * @throws KubeException if there is no response; not for any status of a response
     */
    public HttpResponse<InputStream> stream(String path) throws InterruptedException {
        return exchange(path, request(path, JSON), BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> send(String path, HttpRequest.Builder request, BodyHandler<T> body)
            throws InterruptedException {
        String namespace = ApiPath.namespace(path);
        if (!ofNamespaces.begin(namespace, WAIT)) {
            throw tooManyCalls();
        }
        try {
            if (!free.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooManyCalls();
            }
            try {
                return exchange(path, request, body);
            } finally {
                free.release();
            }
        } finally {
            ofNamespaces.end(namespace);
        }
    }

    private static KubeException tooManyCalls() {
        return new KubeException(0, "too many requests to the API server are waiting for a response");
    }

    private <T> HttpResponse<T> exchange(String path, HttpRequest.Builder request, BodyHandler<T> body)
            throws InterruptedException {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new KubeException(0, "no response from the API server for " + path + ": " + e, e);
        }
    }

    private HttpRequest.Builder request(String path, String accept) {
        try {
            return HttpRequest.newBuilder(URI.create(endpoint.api() + path))
                    .timeout(LIMIT)
                    .header("Authorization", "Bearer " + endpoint.token().get())
                    .header("Accept", accept)
                    .header("User-Agent", userAgent);
        } catch (UncheckedIOException e) {
            throw new KubeException(0, String.valueOf(e.getMessage()), e);
        }
    }

    /** Closes the connections, including those of calls in flight. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}

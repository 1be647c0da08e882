package io.github.arc4j.runtime.client;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.utils.Utils;
import io.github.arc4j.process.ApiPath;
import io.github.arc4j.runtime.client.AdaptiveLimit.Rank;
import io.github.arc4j.runtime.client.OngoingRequests.Ongoing;
import io.github.arc4j.runtime.metrics.RestClientMetrics;
import io.github.arc4j.runtime.queue.Slot;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests at the rate that the server can handle, with an {@link AdaptiveLimit} instead of a fixed rate. A
 * caller over the limit waits on its own (virtual) thread.
 *
 * <p>Pauses and retries only if the server is overloaded: it then rejects requests without processing them, with 429,
 * {@code Retry-After} and a plain text. A 429 with a Status comes from an admission plugin or a webhook and concerns this
 * one request, such as an Event beyond the limit of its namespace (EventRateLimit), so it must not delay those of other
 * namespaces. Any other failed request may have taken effect, so the caller must check before it retries.
 *
 * @param responseTimeout time limit for a complete response with its body, which the client's own timeouts do not
 *     cover
 */
record LimitedHttpClient(
        HttpClient client, OngoingRequests requests, RestClientMetrics metrics, Duration responseTimeout)
        implements HttpClient {
    private static final int MAX_ATTEMPTS = 6;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String RETRY_AFTER = "Retry-After";
    /** The path of a custom resource: an API group outside of k8s.io. */
    private static final Pattern CUSTOM = Pattern.compile("/apis/(?![^/]*\\.k8s\\.io/)[^/]+\\.[^/]+/.*");

    private static final String LEASES = "/apis/coordination.k8s.io/";
    private static final String EVENTS = "events";

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, Class<T> type) {
        return send(request, () -> bounded(request, client.sendAsync(request, type)), response -> {
            if (response.body() instanceof Closeable body) {
                Utils.closeQuietly(body);
            }
        });
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytes(
            HttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        return send(
                request,
                () -> client.consumeBytes(request, consumer),
                response -> response.body().cancel());
    }

    /** Applies the timeout. For a watch, it ends with the headers; the body is a stream without a time limit. */
    private <T> CompletableFuture<T> bounded(HttpRequest request, CompletableFuture<T> pending) {
        return pending.copy()
                .orTimeout(responseTimeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((whole, failure) -> {
                    if (failure instanceof TimeoutException) {
                        pending.cancel(true);
                    }
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof CompletionException && failure.getCause() instanceof TimeoutException
                                ? new HttpTimeoutException("no complete response to %s %s within %d s"
                                        .formatted(
                                                request.method(), request.uri().getPath(), responseTimeout.toSeconds()))
                                : failure));
    }

    private <T> CompletableFuture<HttpResponse<T>> send(
            HttpRequest request,
            Supplier<CompletableFuture<HttpResponse<T>>> exchange,
            Consumer<HttpResponse<T>> discard) {
        Supplier<CompletableFuture<HttpResponse<T>>> measured = () -> measured(request, exchange);
        return isUnlimited(request)
                ? measured.get()
                : sendLimited(request, Slot.numberOfPass(), Slot.current(), measured, discard, 1);
    }

    /** Watches stay open for minutes, and a Lease must be renewed even when the server is busy. */
    private static boolean isUnlimited(HttpRequest request) {
        String query = request.uri().getQuery();
        return query != null && query.contains("watch=true")
                || request.uri().getPath().contains(LEASES);
    }

    /**
     * The namespace whose other requests wait if this one is slow: that of a write, because no webhook delays reads.
     */
    private static @Nullable String namespaceThatWaits(HttpRequest request) {
        String path = request.uri().getPath();
        String namespace = ApiPath.namespace(path);
        boolean waits = !request.method().equals("GET")
                && !namespace.isEmpty()
                && !ApiPath.resource(path).equals(EVENTS); // one thread writes them all
        return waits ? namespace : null;
    }

    private static Rank rank(HttpRequest request) {
        return switch (request.method()) {
            case "DELETE" -> Rank.REMOVAL;
            // Patches of anything but a status usually remove finalizers.
            case "PATCH" -> request.uri().getPath().endsWith("/status") ? Rank.REPORT : Rank.REMOVAL;
            // A custom resource is reconciled into further objects.
            case "POST" -> CUSTOM.matcher(request.uri().getPath()).matches() ? Rank.BEGINNING : Rank.ACTION;
            default -> Rank.ACTION;
        };
    }

    private <T> CompletableFuture<HttpResponse<T>> sendLimited(
            HttpRequest request,
            long pass,
            @Nullable Slot slot,
            Supplier<CompletableFuture<HttpResponse<T>>> exchange,
            Consumer<HttpResponse<T>> discard,
            int attempt) {
        Ongoing ongoing;
        try {
            ongoing = requests.begin(namespaceThatWaits(request), rank(request), pass, slot);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(
                    new InterruptedIOException("interrupted before the request was sent"));
        }
        return exchange.get()
                .whenComplete((response, failure) -> end(ongoing, response))
                .thenCompose(response -> {
                    if (!isOverloaded(response) || attempt == MAX_ATTEMPTS) {
                        return CompletableFuture.completedFuture(response);
                    }
                    discard.accept(response);
                    // Waits for the limit, which must not block a thread of the client.
                    return CompletableFuture.supplyAsync(
                                    () -> sendLimited(request, pass, slot, exchange, discard, attempt + 1),
                                    KubernetesApi.VIRTUAL_THREADS)
                            .thenCompose(Function.identity());
                });
    }

    private <T> CompletableFuture<HttpResponse<T>> measured(
            HttpRequest request, Supplier<CompletableFuture<HttpResponse<T>>> exchange) {
        CompletableFuture<HttpResponse<T>> pending;
        try {
            pending = exchange.get();
        } catch (RuntimeException e) {
            pending = CompletableFuture.failedFuture(e);
        }
        String host = request.uri().getAuthority();
        return pending.whenComplete((response, failure) -> {
            if (response == null) {
                metrics.failed(request.method(), host);
            } else {
                metrics.answered(response.code(), request.method(), host);
            }
        });
    }

    private static void end(Ongoing request, @Nullable HttpResponse<?> response) {
        if (response == null) {
            request.failed();
        } else if (isOverloaded(response)) {
            request.throttled(retryAfter(response));
        } else {
            request.succeeded();
        }
    }

    private static boolean isOverloaded(HttpResponse<?> response) {
        String type = response.header("Content-Type");
        return response.code() == TOO_MANY_REQUESTS
                && response.header(RETRY_AFTER) != null
                && (type == null || !type.startsWith("application/"));
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(response.header(RETRY_AFTER)), 1, 60));
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(1);
        }
    }

    @Override
    public DerivedClientBuilder newBuilder() {
        throw new UnsupportedOperationException("no request has a configuration of its own");
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    @Override
    public HttpRequest.Builder newHttpRequestBuilder() {
        return client.newHttpRequestBuilder();
    }

    @Override
    public boolean isClosed() {
        return client.isClosed();
    }

    @Override
    public void close() {
        client.close();
    }
}

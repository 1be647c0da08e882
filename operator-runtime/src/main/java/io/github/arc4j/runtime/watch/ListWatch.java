package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.ApiRequests;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The list and watch requests for one kind, in one namespace or all. Blocks; errors from the API server are thrown as
 * {@link KubernetesClientException} with the status code.
 */
record ListWatch<T extends HasMetadata>(KubernetesApi api, ObjectReader<T> reader, String url, String accept) {
    private static final int PAGE_SIZE = 500;

    /**
     * Bytes of a page with more than one object: each object may have 9 MiB, and all kinds are listed at the same time.
     */
    private static final int MAX_PAGE = 4 * 1024 * 1024;

    private static final Duration LIST_TIMEOUT = Duration.ofSeconds(60);

    /**
     * All objects at one point in time.
     *
     * @param unreadable the names of objects that cannot be read
     * @param resourceVersion the version from which a watch must start to miss nothing
     */
    record Listing<T>(List<T> objects, Set<Request> unreadable, String resourceVersion) {}

    /**
     * @param namespace null for all namespaces
     * @param known whether a version of an object is already known and can be skipped
     */
    static <T extends HasMetadata> ListWatch<T> of(
            KubernetesApi api, Class<T> type, @Nullable String namespace, Predicate<ObjectVersion> known) {
        return new ListWatch<>(
                api,
                new ObjectReader<>(api.json(), type, known),
                KubernetesApi.url(api.client(), type, namespace) + "?",
                ApiRequests.JSON);
    }

    /**
     * Requests only the metadata of the objects, so that no secrets are transferred needlessly.
     *
     * @param name name of a single object, to which RBAC may restrict access; empty for all in the namespace
     */
    static ListWatch<PartialObjectMetadata> ofMetadata(
            KubernetesApi api, Class<? extends HasMetadata> type, String namespace, String name) {
        String selector = name.isEmpty() ? "" : "fieldSelector=" + ApiRequests.encode("metadata.name=" + name) + "&";
        return new ListWatch<>(
                api,
                new ObjectReader<>(api.json(), PartialObjectMetadata.class, version -> false),
                KubernetesApi.url(api.client(), type, namespace) + "?" + selector,
                ApiRequests.JSON_METADATA);
    }

    /** Lists everything, page by page. A page that is too long is requested again with fewer objects. */
    Listing<T> list() throws IOException, InterruptedException {
        List<T> objects = new ArrayList<>();
        Set<Request> unreadable = new HashSet<>();
        int limit = PAGE_SIZE;
        String next = "";
        while (true) {
            String query = "limit=" + limit + (next.isEmpty() ? "" : "&continue=" + ApiRequests.encode(next));
            HttpRequest request = request(query)
                    .timeout(LIST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .build();
            ObjectReader.Page page;
            InputStream body =
                    await(http().sendAsync(request, InputStream.class)).body();
            try (SilenceLimit guard = new SilenceLimit(body, LIST_TIMEOUT)) {
                if (limit == 1) {
                    page = reader.page(body, objects, unreadable);
                    limit = 2;
                } else {
                    byte[] text = body.readNBytes(MAX_PAGE + 1);
                    if (text.length > MAX_PAGE) {
                        limit = Math.max(1, limit / 4);
                        continue;
                    }
                    page = reader.page(text, objects, unreadable);
                    limit = limitAfter(limit, text.length);
                }
            }
            next = page.next();
            if (next.isEmpty()) {
                return new Listing<>(objects, unreadable, page.resourceVersion());
            }
        }
    }

    /** How many objects to request after a page of this length, so that the next one is probably not too long. */
    private static int limitAfter(int limit, int length) {
        long fitting = (long) limit * (MAX_PAGE / 4 * 3) / Math.max(1, length);
        return (int) Math.clamp(Math.min(fitting, 2L * limit), 1, PAGE_SIZE);
    }

    /**
     * Opens a watch.
     *
     * @param resourceVersion the version after which events are sent; empty to first receive all existing objects as
     *     additions
     * @param timeout time after which the server ends the watch
     * @param maxSilence time without data after which the connection counts as dead
     */
    EventStream<T> watch(String resourceVersion, Duration timeout, Duration maxSilence)
            throws IOException, InterruptedException {
        HttpRequest request = request("watch=true&allowWatchBookmarks=true"
                        + (resourceVersion.isEmpty() ? "" : "&resourceVersion=" + ApiRequests.encode(resourceVersion))
                        + "&timeoutSeconds=" + timeout.toSeconds())
                .forStreaming()
                .build();
        return new EventStream<>(
                await(http().sendAsync(request, InputStream.class)).body(), reader, maxSilence);
    }

    private HttpClient http() {
        return api.client().getHttpClient();
    }

    private HttpRequest.Builder request(String query) {
        return http().newHttpRequestBuilder().uri(url + query).header("Accept", accept);
    }

    private static <B> HttpResponse<B> await(CompletableFuture<HttpResponse<B>> pending)
            throws IOException, InterruptedException {
        HttpResponse<B> response;
        try {
            response = pending.get();
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new IOException(Objects.requireNonNullElse(e.getCause(), e));
        }
        if (!response.isSuccessful()) {
            String message = response.bodyString();
            throw new KubernetesClientException(
                    "the API server responded with " + response.code() + ": " + message,
                    response.code(),
                    new StatusBuilder().withCode(response.code()).build());
        }
        return response;
    }
}

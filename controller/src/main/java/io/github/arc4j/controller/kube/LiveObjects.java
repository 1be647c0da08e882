package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.github.arc4j.controller.kube.deserialization.LeanObjects;
import io.github.arc4j.runtime.client.ApiRequests;
import io.github.arc4j.runtime.client.KubernetesApi;
import io.github.arc4j.runtime.queue.NamespaceTurns;
import io.github.arc4j.runtime.queue.Slot;
import io.github.arc4j.runtime.watch.SilenceLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are not cached. Anyone who may create an object determines its size, and a response may have 8 MiB,
 * because the API server escapes some characters. Therefore, responses are read as streams, and only the fields that
 * the controller uses stay in memory.
 */
public final class LiveObjects {
    private static final String METADATA_OF_LIST =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ERROR = 64 * 1024;

    /** How many objects of a tenant are read at a time: each may briefly need several MiB. */
    private static final int OF_TENANT = 2;

    private static final int OF_ALL = 6;

    private final KubernetesClient client;
    private final ObjectMapper mapper;
    private final Semaphore turns = new Semaphore(OF_ALL, true);
    private final NamespaceTurns turnsOfTenants = new NamespaceTurns(OF_TENANT);

    /** @param mapper configured to read {@linkplain LeanObjects only used fields} */
    public LiveObjects(KubernetesClient client, ObjectMapper mapper) {
        this.client = client;
        this.mapper = mapper;
    }

    /** Names of objects in a page that are not being deleted. */
    public record Names(List<String> names, String next) {}

    /** A page of a list, of which only these fields are read. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Page(Metadata metadata, @Nullable List<Item> items) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Item(Metadata metadata) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Metadata(
            String name,
            @Nullable String deletionTimestamp,
            @JsonProperty("continue") @Nullable String next) {}

    /** Interprets a response. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(InputStream body) throws IOException;
    }

    /**
     * Reads an object when it is the tenant's turn.
     *
     * @param tenant the namespace of the scale set that names the object, or of an object that the controller creates
     * @return null if there is none
     * @throws KubernetesClientException if it cannot be read
     */
    public <T extends HasMetadata> @Nullable T ofTenant(String tenant, Class<T> type, String namespace, String name) {
        try {
            turnsOfTenants.acquire(tenant);
            try {
                return inTurn(type, namespace, name);
            } finally {
                turnsOfTenants.release(tenant);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted before an object was read", e);
        }
    }

    private <T extends HasMetadata> @Nullable T inTurn(Class<T> type, String namespace, String name)
            throws InterruptedException {
        Slot.acquire(turns);
        try {
            return get(type, namespace, name);
        } finally {
            turns.release();
        }
    }

    private <T extends HasMetadata> @Nullable T get(Class<T> type, String namespace, String name) {
        return ResourceClient.ifFound(() -> send("GET", url(type, namespace, name), ApiRequests.JSON, reader(type)));
    }

    /**
     * Reads the names of a page of objects.
     *
     * @param labels a label selector
     * @param next token from the previous page; empty for the first page
     */
    public Names names(Class<? extends HasMetadata> type, String namespace, String labels, int limit, String next) {
        String query = "?labelSelector=" + ApiRequests.encode(labels) + "&limit=" + limit
                + (next.isEmpty() ? "" : "&continue=" + ApiRequests.encode(next));
        Page page =
                send("GET", KubernetesApi.url(client, type, namespace) + query, METADATA_OF_LIST, reader(Page.class));
        List<String> names = Objects.requireNonNullElse(page.items(), List.<Item>of()).stream()
                .map(Item::metadata)
                .filter(item -> item.deletionTimestamp() == null)
                .map(Metadata::name)
                .toList();
        return new Names(names, Objects.requireNonNullElse(page.metadata().next(), ""));
    }

    /** Deletes an object, if it exists. */
    public void delete(Class<? extends HasMetadata> type, String namespace, String name) {
        ResourceClient.ifFound(
                () -> send("DELETE", url(type, namespace, name), ApiRequests.JSON_METADATA, body -> true));
    }

    private String url(Class<? extends HasMetadata> type, String namespace, String name) {
        return KubernetesApi.url(client, type, namespace) + "/" + ApiRequests.encode(name);
    }

    private <T> Reader<T> reader(Class<T> type) {
        return mapper.readerFor(type).without(JsonParser.Feature.AUTO_CLOSE_SOURCE)::readValue;
    }

    private <T> T send(String method, String url, String accept, Reader<T> reader) {
        String what = method + " " + url;
        HttpResponse<InputStream> response =
                ApiRequests.send(client, method, url, null, null, accept, InputStream.class);
        InputStream body = response.body();
        try (SilenceLimit guard = new SilenceLimit(body, TIMEOUT)) {
            if (!response.isSuccessful()) {
                throw ApiRequests.rejected(mapper, what, response.code(), body.readNBytes(MAX_ERROR));
            }
            T result = reader.read(body);
            body.transferTo(OutputStream.nullOutputStream()); // a connection is kept only after the end of a response
            return result;
        } catch (IOException e) {
            throw new KubernetesClientException(what + " failed: " + e.getMessage(), e);
        }
    }
}

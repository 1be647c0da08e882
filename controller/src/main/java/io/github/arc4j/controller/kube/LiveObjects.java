package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        try {
            return send(
                    "GET",
                    url(type, namespace) + "/" + ApiRequests.segment(name),
                    ApiRequests.JSON,
                    body -> mapper.readerFor(type)
                            .without(JsonParser.Feature.AUTO_CLOSE_SOURCE)
                            .readValue(body));
        } catch (KubernetesClientException e) {
            if (ResourceClient.isNotFound(e)) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Reads the names of a page of objects.
     *
     * @param labels a label selector
     * @param next token from the previous page; empty for the first page
     */
    public Names names(Class<? extends HasMetadata> type, String namespace, String labels, int limit, String next) {
        String query = "?labelSelector=" + encode(labels) + "&limit=" + limit
                + (next.isEmpty() ? "" : "&continue=" + encode(next));
        return send("GET", url(type, namespace) + query, METADATA_OF_LIST, body -> {
            try (JsonParser parser = mapper.createParser(body).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
                return names(parser);
            }
        });
    }

    /** Deletes an object, if it exists. */
    public void delete(Class<? extends HasMetadata> type, String namespace, String name) {
        try {
            send(
                    "DELETE",
                    url(type, namespace) + "/" + ApiRequests.segment(name),
                    ApiRequests.JSON_METADATA,
                    body -> true);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isNotFound(e)) {
                throw e;
            }
        }
    }

    private static Names names(JsonParser list) throws IOException {
        List<String> names = new ArrayList<>();
        String next = "";
        list.nextToken();
        for (String field = list.nextFieldName(); field != null; field = list.nextFieldName()) {
            list.nextToken();
            switch (field) {
                case "items" -> {
                    while (list.nextToken() == JsonToken.START_OBJECT) {
                        addName(list, names);
                    }
                }
                case "metadata" -> next = text(list, "continue");
                default -> list.skipChildren();
            }
        }
        return new Names(names, next);
    }

    private static void addName(JsonParser object, List<String> names) throws IOException {
        for (String field = object.nextFieldName(); field != null; field = object.nextFieldName()) {
            object.nextToken();
            if (!field.equals("metadata")) {
                object.skipChildren();
                continue;
            }
            String name = "";
            boolean isBeingDeleted = false;
            for (String key = object.nextFieldName(); key != null; key = object.nextFieldName()) {
                object.nextToken();
                if (key.equals("name")) {
                    name = object.getText();
                } else {
                    isBeingDeleted |= key.equals("deletionTimestamp");
                    object.skipChildren();
                }
            }
            if (!isBeingDeleted) {
                names.add(name);
            }
        }
    }

    /** A field of the object at the parser's position. */
    private static String text(JsonParser object, String name) throws IOException {
        String text = "";
        for (String field = object.nextFieldName(); field != null; field = object.nextFieldName()) {
            object.nextToken();
            if (field.equals(name)) {
                text = object.getText();
            } else {
                object.skipChildren();
            }
        }
        return text;
    }

    private String url(Class<? extends HasMetadata> type, String namespace) {
        return KubernetesApi.url(client, type) + "/namespaces/" + namespace + "/" + HasMetadata.getPlural(type);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
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

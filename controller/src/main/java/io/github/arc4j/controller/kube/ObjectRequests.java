package io.github.arc4j.controller.kube;

import static io.github.arc4j.runtime.client.ApiRequests.JSON;
import static io.github.arc4j.runtime.client.ApiRequests.JSON_MERGE;
import static io.github.arc4j.runtime.client.ApiRequests.JSON_METADATA;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.client.ApiRequests;
import io.github.arc4j.runtime.client.JsonBytes;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests for objects of one kind. The client library's own methods copy each object and recompute its path,
 * which together cost more than the rest of a request.
 *
 * <p>Each write is logged at level debug, without its body, which may contain secrets.
 */
final class ObjectRequests {
    private static final Logger log = LoggerFactory.getLogger(ObjectRequests.class);

    private final KubernetesClient client;
    private final ObjectMapper mapper;
    private final String kind;
    private final String namespaces;
    private final String plural;

    /** The verbs of Kubernetes RBAC. */
    private enum Verb {
        CREATE("POST"),
        PATCH("PATCH"),
        DELETE("DELETE");

        final String method;

        Verb(String method) {
            this.method = method;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ObjectRequests(KubernetesClient client, Class<? extends HasMetadata> type, ObjectMapper mapper) {
        this.client = client;
        this.mapper = mapper;
        kind = HasMetadata.getKind(type);
        namespaces = KubernetesApi.url(client, type) + "/namespaces/";
        plural = HasMetadata.getPlural(type);
    }

    /** Reads the object; null if it does not exist. */
    byte @Nullable [] read(Request name) {
        String url = url(name.namespace(), name.name());
        HttpResponse<byte[]> response = ApiRequests.send(client, "GET", url, null, null, JSON, byte[].class);
        if (response.code() == HttpURLConnection.HTTP_NOT_FOUND) {
            return null;
        }
        return body("GET " + url, response);
    }

    byte[] create(HasMetadata object) {
        return send(Verb.CREATE, object, "", JSON, write(object), JSON);
    }

    /** @param subresource such as {@code /status}; empty for the object itself */
    byte[] patch(HasMetadata object, String subresource, JsonNode patch) {
        return send(Verb.PATCH, object, subresource, JSON_MERGE, patch.toString(), JSON);
    }

    /**
     * Removes all finalizers from an object that is being deleted, which completes the deletion. As this is the last
     * change, managed fields are cleared and the response contains only the metadata, to save work in the server.
     */
    void release(HasMetadata object) {
        send(Verb.PATCH, object, "", JSON_MERGE, releasePatch(object, List.of()).toString(), JSON_METADATA);
    }

    byte[] releaseLive(HasMetadata object, List<String> remaining) {
        return patch(object, "", releasePatch(object, remaining));
    }

    private static ObjectNode releasePatch(HasMetadata object, List<String> remaining) {
        ObjectNode patch = finalizersPatch(object, remaining);
        ((ObjectNode) patch.get("metadata")).putArray("managedFields").addObject();
        return patch;
    }

    static ObjectNode finalizersPatch(HasMetadata current, List<String> finalizers) {
        ObjectNode body = ifUnchanged(current);
        finalizers.forEach(body.withObject("metadata").putArray("finalizers")::add);
        return body;
    }

    /** The base of a patch that the API server rejects with 409 if the object has changed since it was read. */
    static ObjectNode ifUnchanged(HasMetadata current) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("metadata").put("resourceVersion", current.getMetadata().getResourceVersion());
        return body;
    }

    byte[] delete(HasMetadata object, DeleteOptions options) {
        return send(Verb.DELETE, object, "", JSON, write(options), JSON);
    }

    private String write(Object object) {
        try {
            return mapper.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + object.getClass(), e);
        }
    }

    private byte[] send(
            Verb verb, HasMetadata object, String subresource, String contentType, String body, String accept) {
        String namespace = object.getMetadata().getNamespace();
        String name = object.getMetadata().getName();
        String url = verb == Verb.CREATE ? collection(namespace) : url(namespace, name) + subresource;
        HttpResponse<byte[]> response =
                ApiRequests.send(client, verb.method, url, contentType, body, accept, byte[].class);
        log.debug("{} {}{} {}/{}: response {}", verb, kind, subresource, namespace, name, response.code());
        return body(verb.method + " " + url, response);
    }

    private String collection(String namespace) {
        return namespaces + namespace + "/" + plural;
    }

    private String url(String namespace, String name) {
        return collection(namespace) + "/" + ApiRequests.encode(name);
    }

    private byte[] body(String request, HttpResponse<byte[]> response) {
        if (!response.isSuccessful()) {
            throw ApiRequests.rejected(mapper, request, response.code(), response.body());
        }
        return response.body();
    }

    /** Reads a response. */
    <T> T as(Class<T> type, byte[] response) {
        try {
            return JsonBytes.read(mapper, type, response);
        } catch (IOException e) {
            throw new KubernetesClientException("unreadable " + type.getSimpleName(), e);
        }
    }

    /** Reads the response to a deletion: the remaining object, or empty if the server returned only a status. */
    <T> Optional<T> remaining(Class<T> type, byte[] response) {
        try (JsonParser parser = mapper.createParser(response)) {
            parser.nextToken();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                if (field.equals("kind") && parser.getText().equals("Status")) {
                    return Optional.empty();
                }
                if (field.equals("kind")) {
                    break;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new KubernetesClientException("unreadable response to a deletion", e);
        }
        return Optional.of(as(type, response));
    }
}

package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The writes of one kind as HTTP requests. The client library's own calls copy each object and work out its path anew,
 * which together cost more than everything else on the way.
 */
final class WriteRequests {
    private static final String JSON = "application/json";
    private static final String JSON_MERGE = "application/merge-patch+json";
    private static final String JSON_METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final ObjectMapper mapper;
    private final String namespaces;
    private final String plural;

    WriteRequests(KubernetesClient client, Class<? extends HasMetadata> type, ObjectMapper mapper) {
        this.client = client;
        this.mapper = mapper;
        String master = client.getConfiguration().getMasterUrl();
        String group = Objects.requireNonNullElse(HasMetadata.getGroup(type), "");
        namespaces = (master.endsWith("/") ? master : master + "/")
                + (group.isEmpty() ? "api/" : "apis/")
                + HasMetadata.getApiVersion(type)
                + "/namespaces/";
        plural = HasMetadata.getPlural(type);
    }

    JsonNode create(HasMetadata object) {
        return send("POST", url(object), JSON, mapper.valueToTree(object));
    }

    /** @param subresource such as {@code /status}; empty for the object itself */
    JsonNode patch(HasMetadata object, String subresource, JsonNode patch) {
        return send("PATCH", url(object) + "/" + object.getMetadata().getName() + subresource, JSON_MERGE, patch);
    }

    /**
     * Takes all finalizers off an object that is being deleted, so that it goes. As this is its last change, the server
     * need not work out who manages which field, nor answer with more than the metadata.
     */
    void release(HasMetadata object) {
        ObjectNode patch = finalizersPatch(object, List.of());
        ((ObjectNode) patch.get("metadata")).putArray("managedFields").addObject();
        send("PATCH", url(object) + "/" + object.getMetadata().getName(), JSON_MERGE, patch, JSON_METADATA);
    }

    static ObjectNode finalizersPatch(HasMetadata current, List<String> finalizers) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = body.putObject("metadata");
        metadata.put("resourceVersion", current.getMetadata().getResourceVersion());
        finalizers.forEach(metadata.putArray("finalizers")::add);
        return body;
    }

    JsonNode delete(HasMetadata object, JsonNode options) {
        return send("DELETE", url(object) + "/" + object.getMetadata().getName(), JSON, options);
    }

    private String url(HasMetadata object) {
        return namespaces + object.getMetadata().getNamespace() + "/" + plural;
    }

    private JsonNode send(String method, String url, String contentType, JsonNode body) {
        return send(method, url, contentType, body, JSON);
    }

    private JsonNode send(String method, String url, String contentType, JsonNode body, String accept) {
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(url)
                .header("Accept", accept)
                .method(method, contentType, body.toString())
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        HttpResponse<byte[]> answer = await(method + " " + url, http.sendAsync(request, byte[].class));
        if (!answer.isSuccessful()) {
            throw refused(method + " " + url, answer.code(), answer.body());
        }
        try {
            return mapper.readTree(answer.body());
        } catch (IOException e) {
            throw new KubernetesClientException("unreadable answer to " + method + " " + url, e);
        }
    }

    private static <B> HttpResponse<B> await(String what, CompletableFuture<HttpResponse<B>> pending) {
        try {
            return pending.get();
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new KubernetesClientException(what + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new KubernetesClientException(what + " failed: " + cause.getMessage(), cause);
        }
    }

    private KubernetesClientException refused(String what, int code, byte[] body) {
        Status status;
        try {
            status = mapper.readValue(body, Status.class);
        } catch (IOException e) { // a proxy's answer
            status = new StatusBuilder().withCode(code).build();
        }
        return new KubernetesClientException(
                "%s was refused with %d: %s".formatted(what, code, Objects.requireNonNullElse(status.getMessage(), "")),
                code,
                status);
    }

    /** Reads an answer. */
    <T> T as(Class<T> type, JsonNode answer) {
        try {
            return mapper.treeToValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new KubernetesClientException("unreadable " + type.getSimpleName(), e);
        }
    }
}

package io.github.arc4j.runtime.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests whose responses the caller parses, if at all. All methods block. */
public final class ApiRequests {
    /** The media type of complete objects. */
    public static final String JSON = "application/json";
    /** The media type of JSON merge patches. */
    public static final String JSON_MERGE = "application/merge-patch+json";
    /** Accepts only the metadata of an object, or all of it from a server that cannot omit the rest. */
    public static final String JSON_METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private ApiRequests() {}

    /** A text as a part of a URL: the names of Roles and RoleBindings may contain almost any character. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Sends a request.
     *
     * @param contentType of the body; null if there is none
     * @param type of the response's body, {@code byte[]} or {@code InputStream}
     * @return the response, whatever its status
     */
    public static <B> HttpResponse<B> send(
            KubernetesClient client,
            String method,
            String url,
            @Nullable String contentType,
            @Nullable String body,
            String accept,
            Class<B> type) {
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(url)
                .header("Accept", accept)
                .method(method, contentType, body)
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        return await(method + " " + url, http.sendAsync(request, type));
    }

    private static <B> HttpResponse<B> await(String request, CompletableFuture<HttpResponse<B>> pending) {
        try {
            return pending.get();
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new KubernetesClientException(request + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new KubernetesClientException(request + " failed: " + cause.getMessage(), cause);
        }
    }

    /** The exception for a response that is not successful. */
    public static KubernetesClientException rejected(ObjectMapper mapper, String request, int code, byte[] body) {
        Status status;
        try {
            status = mapper.readValue(body, Status.class);
        } catch (IOException e) { // a proxy's response
            status = new StatusBuilder().withCode(code).build();
        }
        return new KubernetesClientException(
                "%s was rejected with %d: %s"
                        .formatted(request, code, Objects.requireNonNullElse(status.getMessage(), "")),
                code,
                status);
    }
}

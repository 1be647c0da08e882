package io.github.arc4j.runtime.events;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.github.arc4j.runtime.client.ApiRequests;
import io.github.arc4j.runtime.client.KubernetesApi;

/**
 * The requests that write Events. Their responses are not parsed and should contain only metadata: users may add so
 * much to an Event that it takes tens of MiB as an object.
 */
final class EventRequests {
    private final KubernetesClient client;
    private final ObjectMapper json;
    private final String namespaces;

    EventRequests(KubernetesApi api) {
        client = api.client();
        json = api.json();
        namespaces = KubernetesApi.url(client, Event.class) + "/namespaces/";
    }

    /** Creates an Event, or increases the count if it exists. */
    void create(Event event) {
        try {
            send(
                    "POST",
                    collection(event),
                    ApiRequests.JSON,
                    client.getKubernetesSerialization().asJson(event));
        } catch (KubernetesClientException e) {
            // An earlier attempt may have created it with an older count, and its response was lost.
            if (e.getCode() != HTTP_CONFLICT || !updateCount(event)) {
                throw e;
            }
        }
    }

    /** Increases the count of an Event that was written before; false if it no longer exists. */
    boolean updateCount(Event event) {
        String url = collection(event) + "/" + event.getMetadata().getName();
        String patch = "{\"count\":%d,\"lastTimestamp\":\"%s\"}".formatted(event.getCount(), event.getLastTimestamp());
        try {
            send("PATCH", url, ApiRequests.JSON_MERGE, patch);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private String collection(Event event) {
        return namespaces + event.getMetadata().getNamespace() + "/events";
    }

    private void send(String method, String url, String contentType, String body) {
        HttpResponse<byte[]> response =
                ApiRequests.send(client, method, url, contentType, body, ApiRequests.JSON_METADATA, byte[].class);
        if (!response.isSuccessful()) {
            throw ApiRequests.rejected(json, method + " " + url, response.code(), response.body());
        }
    }
}

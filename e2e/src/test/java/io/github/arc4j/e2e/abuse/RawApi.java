package io.github.arc4j.e2e.abuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.MutatedResources.Kind;
import java.util.Objects;

/** Our kinds in the API server as plain JSON, whatever they have: the client's own types do not take keys of any length. */
final class RawApi {
    private static final int LONGEST_KEY = 1 << 21;

    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNameLength(LONGEST_KEY).build())
            .build());

    RawApi(KubernetesClient client) {
        this.client = client;
    }

    /** The items of a namespace. */
    JsonNode list(Kind kind, String namespace) {
        return read(client.raw(path(kind, namespace), "GET", null)).path("items");
    }

    ObjectNode get(Kind kind, String namespace, String name) {
        return (ObjectNode) read(client.raw(path(kind, namespace) + "/" + name, "GET", null));
    }

    void create(Kind kind, ObjectNode object) {
        client.raw(path(kind, namespace(object)), "POST", object);
    }

    void replaceStatus(Kind kind, ObjectNode object) {
        String name = object.at("/metadata/name").asText();
        client.raw(path(kind, namespace(object)) + "/" + name + "/status", "PUT", object);
    }

    private static String namespace(ObjectNode object) {
        return object.at("/metadata/namespace").asText();
    }

    private static String path(Kind kind, String namespace) {
        return "/apis/actions.github.com/v1alpha1/namespaces/" + namespace + "/" + kind.plural();
    }

    private JsonNode read(String response) {
        try {
            return json.readTree(Objects.requireNonNull(response));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

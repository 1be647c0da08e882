package io.github.arc4j.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Crds;
import java.util.List;
import java.util.Random;

/**
 * Objects of all four kinds that fit their schema and make no sense, with annotations and statuses that a user may
 * write as well. What is not mutated refers to a scale set that there is.
 */
public final class MutatedResources {
    /** A label that each of them has. */
    public static final String LABEL = "mutated";

    /** The kinds. */
    public static final List<Kind> KINDS =
            Crds.load().stream().map(Crds.Crd::json).map(Kind::of).toList();

    private static final List<String> ANNOTATIONS = List.of(
            Annotations.RUNNER_SCALE_SET_ID,
            Annotations.RUNNER_SCALE_SET_NAME,
            Annotations.RUNNER_GROUP_NAME,
            Annotations.REGISTERED_CONFIG_URL,
            Annotations.INTEGRITY_HASH,
            Annotations.LISTENER_CONFIG_HASH,
            Annotations.LEFT_SHARED_LISTENER,
            Annotations.PATCH_ID,
            Annotations.COMPLETED_RUNNERS,
            Annotations.RUNNER_ID,
            Annotations.FORCE_DELETE,
            Annotations.VALUES_HASH,
            Annotations.CLEANUP_MANAGER_ROLE,
            Annotations.LEGACY_RUNNER_SPEC_HASH);

    private final ObjectMapper json = new ObjectMapper();
    private final Random random;
    private final SchemaMutations mutations;
    private final String namespace;
    private final String controllerNamespace;
    private final String url;
    private final String secret;
    private final int scaleSetId;
    private int count;

    /** A kind and the schema of its objects. */
    public record Kind(String name, String plural, JsonNode schema) {
        private static Kind of(JsonNode crd) {
            return new Kind(
                    crd.at("/spec/names/kind").asText(),
                    crd.at("/spec/names/plural").asText(),
                    crd.at("/spec/versions/0/schema/openAPIV3Schema/properties"));
        }

        private boolean isListener() {
            return name.equals("AutoscalingListener");
        }
    }

    /** An object to be created. */
    public record Mutated(Kind kind, ObjectNode object) {
        public String namespace() {
            return object.at("/metadata/namespace").asText();
        }

        public String name() {
            return object.at("/metadata/name").asText();
        }
    }

    /**
     * Mutations for one scale set.
     *
     * @param namespace for all but AutoscalingListeners
     * @param url config URL of the scale set
     * @param secret its credentials in the namespace
     */
    public MutatedResources(
            Random random, String namespace, String controllerNamespace, String url, String secret, int scaleSetId) {
        this.random = random;
        this.mutations = new SchemaMutations(random);
        this.namespace = namespace;
        this.controllerNamespace = controllerNamespace;
        this.url = url;
        this.secret = secret;
        this.scaleSetId = scaleSetId;
    }

    /** Another one. */
    public Mutated next() {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        ObjectNode object = valid(kind);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            mutations.mutate((ObjectNode) object.path("spec"), kind.schema().path("spec"));
        }
        ObjectNode metadata = object.putObject("metadata")
                .put("name", "m-" + count++)
                .put("namespace", kind.isListener() ? controllerNamespace : namespace);
        metadata.putObject("labels").put(LABEL, "true");
        if (random.nextInt(3) == 0) {
            metadata.putObject("annotations")
                    .put(ANNOTATIONS.get(random.nextInt(ANNOTATIONS.size())), mutations.text());
        }
        return new Mutated(kind, object);
    }

    /** Mutates the status of an object that there is. */
    public void mutateStatus(Kind kind, ObjectNode object) {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutations.mutate(object.withObjectProperty("status"), kind.schema().path("status"));
        }
    }

    private ObjectNode valid(Kind kind) {
        String access = "\"githubConfigUrl\": \"%s\", \"githubConfigSecret\": \"%s\"".formatted(url, secret);
        String pod =
                "{\"restartPolicy\": \"Never\", \"containers\": [{\"name\": \"runner\", \"image\": \"runner:1\"}]}";
        String runnerSpec = """
            {%s, "runnerScaleSetId": %d, "spec": %s,
             "proxy": {"https": {"url": "http://127.0.0.1:1"}},
             "githubServerTLS": {"certificateFrom": {"configMapKeyRef": {"name": "ca", "key": "ca.crt"}}}}
            """.formatted(access, scaleSetId, pod);
        String spec = switch (kind.name()) {
            case "AutoscalingRunnerSet" -> """
                {%s, "minRunners": 0, "maxRunners": 2, "template": {"metadata": {}, "spec": %s},
                 "listenerTemplate": {"spec": {"containers": [{"name": "listener"}]}}}
                """.formatted(access, pod);
            case "AutoscalingListener" -> """
                {%s, "runnerScaleSetId": %d, "maxRunners": 2, "image": "listener:1", "imagePullSecrets": [],
                 "autoscalingRunnerSetNamespace": "%s", "autoscalingRunnerSetName": "no-such-set",
                 "ephemeralRunnerSetName": "no-such-set"}
                """.formatted(access, scaleSetId, namespace);
            case "EphemeralRunnerSet" -> "{\"replicas\": 1, \"ephemeralRunnerSpec\": " + runnerSpec + "}";
            default -> runnerSpec;
        };
        ObjectNode object = json.createObjectNode();
        object.put("apiVersion", "actions.github.com/v1alpha1");
        object.put("kind", kind.name());
        try {
            object.set("spec", json.readTree(spec));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return object;
    }
}

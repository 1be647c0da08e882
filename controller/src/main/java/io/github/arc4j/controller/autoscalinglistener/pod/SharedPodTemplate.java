package io.github.arc4j.controller.autoscalinglistener.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.github.arc4j.api.RestrictedListenerTemplate;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The labels, annotations and placement of the shared listeners' pods. A listener needs no pod of its own if these pods
 * have everything that its {@code listenerTemplate} sets. Pure functions.
 *
 * @param fields a pod template with these fields
 */
public record SharedPodTemplate(JsonNode fields) {
    /** Pods without any of these fields. */
    public static final SharedPodTemplate EMPTY = new SharedPodTemplate(JsonNodeFactory.instance.objectNode());

    private static final Set<String> TEMPLATE = Set.of("metadata", "spec");
    private static final Set<String> METADATA = Set.of("annotations", "labels");
    private static final Set<String> PLACEMENT =
            Set.of("affinity", "nodeSelector", "priorityClassName", "tolerations", "topologySpreadConstraints");

    private static final String OS = "kubernetes.io/os";

    private static final String PATH = "spec.listenerTemplate";

    /**
     * Reads a pod template in JSON.
     *
     * @throws IllegalArgumentException if it is not a pod template, or has other fields
     */
    public static SharedPodTemplate parse(String json) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            JsonNode fields = mapper.valueToTree(mapper.readValue(json, PodTemplateSpec.class));
            if (!fields.isObject()) {
                throw new IllegalArgumentException("must be a pod template in JSON: " + json);
            }
            Stream.of(
                            others(fields, TEMPLATE, ""),
                            others(fields.path("metadata"), METADATA, "metadata."),
                            others(fields.path("spec"), PLACEMENT, "spec."))
                    .flatMap(paths -> paths)
                    .findFirst()
                    .ifPresent(path -> {
                        throw new IllegalArgumentException(
                                "may contain labels, annotations and placement, but not %s: %s".formatted(path, json));
                    });
            return new SharedPodTemplate(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "must be a pod template in JSON (%s): %s".formatted(e.getOriginalMessage(), json), e);
        }
    }

    private static Stream<String> others(JsonNode object, Set<String> known, String prefix) {
        return setFields(object, prefix)
                .filter(field -> !known.contains(field.name()))
                .map(Field::path);
    }

    /**
     * The paths of what a listener's template sets and shared pods lack.
     *
     * @param template a {@code listenerTemplate}
     * @param image the image of all listeners
     */
    public List<String> missing(JsonNode template, String image) {
        // A dedicated pod gets only labels and annotations from the template's metadata.
        Stream<String> metadata = setFields(template.path("metadata"), PATH + ".metadata.")
                .filter(field -> METADATA.contains(field.name()))
                .flatMap(field -> entries(field, fields.path("metadata")));
        Stream<String> pod = setFields(template.path("spec"), PATH + ".spec.").flatMap(field -> ofPod(field, image));
        return Stream.concat(metadata, pod).toList();
    }

    /** An allowlist: fields that later versions of Kubernetes add need a dedicated pod until they have been reviewed. */
    private Stream<String> ofPod(Field field, String image) {
        JsonNode shared = fields.path("spec");
        return switch (field.name()) {
            case "nodeSelector" -> nodes(field, shared);
            case "tolerations", "topologySpreadConstraints" -> elements(field, shared);
            // A part of them may mean the opposite of the whole.
            case "affinity", "priorityClassName" ->
                field.value().equals(shared.path(field.name())) ? Stream.empty() : Stream.of(field.path());
            case "containers" -> containers(field, image);
            case "hostIPC", "hostNetwork", "hostPID" ->
                field.value().asBoolean() ? Stream.of(field.path()) : Stream.empty();
            // The size of a pod with one listener, and how to pull an image that shared pods already have.
            case "resources", "imagePullSecrets" -> Stream.empty();
            // Dedicated pods ignore them, too.
            case "automountServiceAccountToken", "serviceAccount", "serviceAccountName" -> Stream.empty();
            default -> Stream.of(field.path());
        };
    }

    /** The image exists only for Linux, so shared pods run on such nodes only. */
    private static Stream<String> nodes(Field selector, JsonNode sharedOwner) {
        boolean isLinux = selector.value().path(OS).asText().equals("linux");
        return entries(selector, sharedOwner).filter(path -> !(isLinux && path.endsWith("[" + OS + "]")));
    }

    private static Stream<String> containers(Field containers, String image) {
        return IntStream.range(0, containers.value().size()).boxed().flatMap(i -> {
            JsonNode container = containers.value().get(i);
            String path = "%s[%d]".formatted(containers.path(), i);
            return RestrictedListenerTemplate.CONTAINER.equals(
                            container.path("name").asText())
                    ? setFields(container, path + ".").flatMap(field -> ofContainer(field, image))
                    : Stream.of(path);
        });
    }

    private static Stream<String> ofContainer(Field field, String image) {
        return switch (field.name()) {
            case "name", "resources", "imagePullPolicy" -> Stream.empty();
            case "image" -> field.value().asText().equals(image) ? Stream.empty() : Stream.of(field.path());
            default -> Stream.of(field.path());
        };
    }

    private static Stream<String> entries(Field map, JsonNode sharedOwner) {
        JsonNode shared = sharedOwner.path(map.name());
        return map.value()
                .propertyStream()
                .filter(entry -> !entry.getValue().equals(shared.get(entry.getKey())))
                .map(entry -> "%s[%s]".formatted(map.path(), entry.getKey()));
    }

    private static Stream<String> elements(Field list, JsonNode sharedOwner) {
        JsonNode shared = sharedOwner.path(list.name());
        return IntStream.range(0, list.value().size())
                .filter(i -> shared.valueStream().noneMatch(list.value().get(i)::equals))
                .mapToObj(i -> "%s[%d]".formatted(list.path(), i));
    }

    private record Field(String name, JsonNode value, String path) {}

    private static Stream<Field> setFields(JsonNode object, String prefix) {
        return object.propertyStream()
                .filter(field -> isSet(field.getValue()))
                .map(field -> new Field(field.getKey(), field.getValue(), prefix + field.getKey()));
    }

    private static boolean isSet(JsonNode value) {
        return !(value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.asText().isEmpty()));
    }
}

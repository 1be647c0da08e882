package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The allowed fields in the parts of a pod that are chart values: a JSON Schema generated from the pod template in the
 * CRD of AutoscalingRunnerSets, so that a field that the API server would drop is rejected by name. Any field may be
 * null, with which Helm removes a default.
 */
final class PodSchema {

    private static final String POINTER = "#/definitions/pod/";
    private static final Pattern REFERENCE = Pattern.compile("\"" + POINTER + "([\\w.]+)\"");
    private static final String ROOT = "pod.spec";
    private static final String CONTAINER = "spec.containers";

    /** Definition of a container that the chart creates, whose name is fixed. */
    private static final String PARTIAL_CONTAINER = "partialContainer";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Definitions by name, which is the end of the path of a field with that type. */
    private final Map<String, ObjectNode> definitions = new LinkedHashMap<>();

    private final Map<ObjectNode, String> names = new LinkedHashMap<>();

    private PodSchema() {}

    static PodSchema ofCrd() {
        JsonNode crd =
                Yaml.read(Path.of(Chart.CONTROLLER.folder(), "crds", "actions.github.com_autoscalingrunnersets.yaml"));
        PodSchema schema = new PodSchema();
        schema.convert(
                ROOT,
                crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/template/properties/spec"));
        // Values may omit containers, because there is a default.
        schema.definition(ROOT).remove("required");
        ObjectNode partial = schema.definition(CONTAINER).deepCopy();
        partial.remove("required");
        ((ObjectNode) partial.path("properties")).put("name", false);
        schema.definitions.put(PARTIAL_CONTAINER, partial);
        // A ConfigMap or Secret may be named n or yes, which YAML reads as booleans. The Go system's charts accept
        // them.
        schema.definition("valueFrom.configMapKeyRef")
                .withArray("/properties/name/type")
                .add("boolean");
        return schema;
    }

    private ObjectNode definition(String name) {
        return definitions.computeIfAbsent(name, missing -> {
            throw new IllegalArgumentException("no definition " + missing);
        });
    }

    /** The definitions to which a schema refers, directly or indirectly: one line each, sorted by name. */
    String referredToBy(String schema) {
        Set<String> found = new TreeSet<>();
        List<String> open = new ArrayList<>(references(schema));
        while (!open.isEmpty()) {
            String name = open.removeLast();
            if (found.add(name)) {
                open.addAll(references(definition(name).toString()));
            }
        }
        return String.join(
                ",\n",
                found.stream()
                        .map(name -> "      \"%s\": %s".formatted(name, definition(name)))
                        .toList());
    }

    private static List<String> references(String schema) {
        return REFERENCE
                .matcher(schema)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private ObjectNode convert(String path, JsonNode crd) {
        ObjectNode schema = JSON.objectNode();
        if (crd.path("x-kubernetes-int-or-string").asBoolean()) {
            schema.putArray("type").add("string").add("number").add("null");
            return schema;
        }
        schema.putArray("type").add(crd.path("type").asText()).add("null");
        if (crd.has("items")) {
            schema.set("items", convert(path, crd.path("items")));
        }
        if (crd.has("additionalProperties")) {
            schema.set("additionalProperties", convert(path, crd.path("additionalProperties")));
        }
        if (!crd.has("properties")) {
            return schema;
        }
        ObjectNode properties = schema.putObject("properties");
        crd.path("properties")
                .properties()
                .forEach(field ->
                        properties.set(field.getKey(), convert(path + "." + field.getKey(), field.getValue())));
        schema.put("additionalProperties", false);
        if (crd.has("required")) {
            schema.set("required", crd.path("required"));
        }
        String name = names.computeIfAbsent(schema, unknown -> unusedName(path));
        definitions.put(name, schema);
        return JSON.objectNode().put("$ref", POINTER + name);
    }

    /** The shortest unused end of a path with at least two fields. */
    private String unusedName(String path) {
        String[] fields = path.split("\\.");
        return IntStream.rangeClosed(2, fields.length)
                .mapToObj(count -> String.join(".", List.of(fields).subList(fields.length - count, fields.length)))
                .filter(name -> !definitions.containsKey(name))
                .findFirst()
                .orElseThrow();
    }
}

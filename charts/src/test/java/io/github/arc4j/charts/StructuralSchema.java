package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The schema of a custom resource. Finds fields that the API server would drop (unknown fields) and values that it
 * would reject: wrong types, missing fields, list entries with the same key.
 */
record StructuralSchema(JsonNode schema) {

    static StructuralSchema ofCrd(JsonNode crd) {
        return new StructuralSchema(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
    }

    /** The problems, each with the path of the field; empty if the object is valid. */
    List<String> problems(JsonNode object) {
        List<String> problems = new ArrayList<>();
        check("", object, schema, problems);
        return problems;
    }

    private static void check(String path, JsonNode value, JsonNode schema, List<String> problems) {
        if (!hasType(value, schema)) {
            problems.add("%s: %s is not of type %s"
                    .formatted(path, value.getNodeType(), schema.path("type").asText()));
        } else if (value.isObject()) {
            checkObject(path, value, schema, problems);
        } else if (value.isArray()) {
            checkArray(path, value, schema, problems);
        }
    }

    private static void checkObject(String path, JsonNode value, JsonNode schema, List<String> problems) {
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                problems.add("%s.%s: missing".formatted(path, required.asText()));
            }
        }
        // The API server itself defines the type of metadata; its schema in a CRD is just "object".
        if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || path.equals(".metadata")) {
            return;
        }
        value.properties().forEach(field -> {
            JsonNode property = schema.path("properties").path(field.getKey());
            JsonNode known = property.isMissingNode() ? schema.path("additionalProperties") : property;
            String fieldPath = path + "." + field.getKey();
            if (known.isMissingNode()) {
                problems.add(fieldPath + ": unknown");
            } else {
                check(fieldPath, field.getValue(), known, problems);
            }
        });
    }

    private static void checkArray(String path, JsonNode value, JsonNode schema, List<String> problems) {
        Set<List<JsonNode>> keys = new HashSet<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode item = value.get(i);
            String itemPath = "%s[%d]".formatted(path, i);
            check(itemPath, item, schema.path("items"), problems);
            List<JsonNode> key = schema.path("x-kubernetes-list-map-keys")
                    .valueStream()
                    .map(name -> item.path(name.asText()))
                    .toList();
            if (!key.isEmpty() && !keys.add(key)) {
                problems.add("%s: duplicate key %s".formatted(itemPath, key));
            }
        }
    }

    private static boolean hasType(JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isIntegralNumber() || value.isTextual();
        }
        return switch (schema.path("type").asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> true;
        };
    }
}

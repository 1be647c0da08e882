package io.github.arc4j.kube.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The structural schema of a CRD: drops unknown fields and finds violations. It does not set defaults or evaluate CEL
 * rules.
 */
public final class Schema {

    private final JsonNode root;
    private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

    /**
     * @param root an {@code openAPIV3Schema}
     */
    public Schema(JsonNode root) {
        this.root = root;
    }

    /** Drops the fields that the schema does not define; apiVersion, kind and metadata are not modified. */
    public void prune(ObjectNode object) {
        for (String field : List.copyOf(fieldNames(object))) {
            if (field.equals("apiVersion") || field.equals("kind") || field.equals("metadata")) {
                continue;
            }
            JsonNode schema = root.path("properties").path(field);
            if (!schema.isMissingNode()) {
                prune(object.path(field), schema);
            } else if (!keepsUnknown(root)) {
                object.remove(field);
            }
        }
    }

    private static void prune(JsonNode node, JsonNode schema) {
        if (node instanceof ArrayNode items) {
            items.forEach(item -> prune(item, schema.path("items")));
        } else if (node instanceof ObjectNode object) {
            JsonNode additional = schema.path("additionalProperties");
            for (String field : List.copyOf(fieldNames(object))) {
                JsonNode known = schema.path("properties").path(field);
                if (!known.isMissingNode()) {
                    prune(object.path(field), known);
                } else if (additional.isObject()) {
                    prune(object.path(field), additional);
                } else if (!keepsUnknown(schema) && !additional.asBoolean()) {
                    object.remove(field);
                }
            }
        }
    }

    private static boolean keepsUnknown(JsonNode schema) {
        return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-embedded-resource").asBoolean();
    }

    private static List<String> fieldNames(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    public List<Cause> violations(ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        root.path("properties").properties().forEach(property -> {
            if (object.has(property.getKey()) && !property.getKey().equals("metadata")) {
                check(property.getKey(), object.path(property.getKey()), property.getValue(), causes);
            }
        });
        required("", object, root, causes);
        return causes;
    }

    private void check(String path, JsonNode value, JsonNode schema, List<Cause> causes) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        String type = schema.path("type").asText();
        if (!hasType(value, type, schema.path("x-kubernetes-int-or-string").asBoolean())) {
            String shown = value.isTextual() ? "string" : value.isNull() ? "null" : nameOf(value);
            causes.add(Cause.invalid(path, shown, path + " in body must be of type " + type + ": \"" + shown + '"'));
            return;
        }
        switch (value) {
            case ObjectNode object -> checkFields(path, object, schema, causes);
            case ArrayNode items -> {
                for (int i = 0; i < items.size(); i++) {
                    check(path + "[" + i + "]", items.get(i), schema.path("items"), causes);
                }
            }
            default -> checkScalar(path, value, schema, causes);
        }
    }

    private void checkFields(String path, ObjectNode object, JsonNode schema, List<Cause> causes) {
        required(path, object, schema, causes);
        for (var field : object.properties()) {
            JsonNode known = schema.path("properties").path(field.getKey());
            JsonNode fieldSchema = known.isMissingNode() ? schema.path("additionalProperties") : known;
            if (fieldSchema.isObject()) {
                check(path + "." + field.getKey(), field.getValue(), fieldSchema, causes);
            }
        }
    }

    private static void required(String path, ObjectNode object, JsonNode schema, List<Cause> causes) {
        for (JsonNode name : schema.path("required")) {
            if (!object.has(name.asText())) {
                causes.add(Cause.required(path.isEmpty() ? name.asText() : path + "." + name.asText()));
            }
        }
    }

    private void checkScalar(String path, JsonNode value, JsonNode schema, List<Cause> causes) {
        if (value.isNumber()
                && schema.has("minimum")
                && value.asDouble() < schema.path("minimum").asDouble()) {
            causes.add(outOfRange(
                    path,
                    value,
                    "greater than or equal to " + schema.path("minimum").asLong()));
        }
        if (value.isNumber()
                && schema.has("maximum")
                && value.asDouble() > schema.path("maximum").asDouble()) {
            causes.add(outOfRange(
                    path,
                    value,
                    "less than or equal to " + schema.path("maximum").asLong()));
        }
        if (schema.path("enum") instanceof ArrayNode allowed && !contains(allowed, value)) {
            List<String> values = new ArrayList<>();
            allowed.forEach(one -> values.add(one.asText()));
            causes.add(Cause.unsupported(path, value.asText(), values));
        }
        if (!value.isTextual()) {
            return;
        }
        String text = value.asText();
        if (text.length() < schema.path("minLength").asInt(0)) {
            causes.add(Cause.invalid(
                    path, text, path + " in body should be at least " + schema.path("minLength") + " chars long"));
        }
        if (text.length() > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    path,
                    "Too long: may not be more than " + schema.path("maxLength") + " bytes"));
        }
        if (schema.has("pattern") && !matches(schema.path("pattern").asText(), text)) {
            causes.add(Cause.invalid(
                    path,
                    text,
                    path + " in body should match '" + schema.path("pattern").asText() + "'"));
        }
    }

    private static Cause outOfRange(String path, JsonNode value, String bound) {
        return Cause.invalid(path, value, path + " in body should be " + bound);
    }

    private boolean matches(String pattern, String text) {
        return patterns.computeIfAbsent(pattern, Pattern::compile).matcher(text).find();
    }

    private static boolean contains(ArrayNode values, JsonNode value) {
        for (JsonNode one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasType(JsonNode value, String type, boolean intOrString) {
        if (intOrString) {
            return value.isIntegralNumber() || value.isTextual();
        }
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    private static String nameOf(JsonNode value) {
        if (value.isIntegralNumber()) {
            return "integer";
        }
        return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}

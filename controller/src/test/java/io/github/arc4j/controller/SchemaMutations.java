package io.github.arc4j.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Puts values of the right type, but of a hostile mind, into random places of an object. */
final class SchemaMutations {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "-",
            "0",
            "null",
            "true",
            "NaN",
            "9223372036854775808",
            "1e999",
            "runner",
            "kubernetes",
            "one\ntwo\r\nthree",
            "\u0000\u0007\u001b[31m",
            "\u202Eright to left",
            "\uD83D\uDE00",
            "{{ .Values }}",
            "${jndi:ldap://127.0.0.1:1/a}",
            "$(HOME)%s%n",
            "../../../etc/passwd",
            "/dev/zero",
            "http://127.0.0.1:1/org/repo",
            "https://github.test",
            "http://user:password@127.0.0.1:1",
            "://",
            "[::1",
            "2026-11-29T00:00:00Z",
            "x".repeat(300),
            "x".repeat(64 * 1024));
    /** Some are no times, although API servers accept them. */
    private static final List<String> TIMES = List.of(
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "2026-11-29T00:00:00+14:00",
            "9999-12-31T23:59:59Z",
            "2026-01-01T00:00:00+99:99",
            "2026-01-01T00:00:00ZTx",
            "");

    private static final long[] NUMBERS = {0, 1, -1, 2, 7, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE};
    /** Numbers of runners: a test of its own has those that are too large. */
    private static final List<String> COUNTS = List.of("replicas", "minRunners");

    private final Random random;

    SchemaMutations(Random random) {
        this.random = random;
    }

    /** Changes one place of the object, somewhere below. */
    void mutate(ObjectNode object, JsonNode schema) {
        List<String> fields = fieldNames(schema);
        String field = pick(fields);
        JsonNode fieldSchema = schema.path("properties").path(field);
        if (object.has(field) && random.nextInt(12) == 0) {
            object.remove(field);
        } else if (object.path(field) instanceof ObjectNode below
                && fieldSchema.path("properties").size() > 0) {
            mutate(below, fieldSchema);
        } else if (object.path(field) instanceof ArrayNode items
                && items.size() > 0
                && items.get(0) instanceof ObjectNode item
                && random.nextBoolean()) {
            mutate(item, fieldSchema.path("items"));
        } else {
            object.set(field, COUNTS.contains(field) ? JSON.numberNode(random.nextInt(5) - 1) : value(fieldSchema, 0));
        }
    }

    String text() {
        return pick(TEXTS);
    }

    private JsonNode value(JsonNode schema, int depth) {
        if (schema.has("enum")) {
            return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return random.nextBoolean() ? JSON.textNode(text()) : JSON.numberNode(number());
        }
        return switch (schema.path("type").asText()) {
            case "string" -> JSON.textNode(schema.path("format").asText().equals("date-time") ? pick(TIMES) : text());
            case "integer" -> JSON.numberNode(number());
            case "number" -> JSON.numberNode(random.nextGaussian());
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array(schema.path("items"), depth);
            default -> object(schema, depth);
        };
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private ArrayNode array(JsonNode items, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
            array.add(value(items, depth + 1));
        }
        return array;
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        schema.path("required")
                .forEach(name -> object.set(
                        name.asText(), value(schema.path("properties").path(name.asText()), depth + 1)));
        List<String> fields = fieldNames(schema);
        for (int i = depth > 4 || fields.isEmpty() ? 0 : random.nextInt(4); i > 0; i--) {
            String field = pick(fields);
            object.set(field, value(schema.path("properties").path(field), depth + 1));
        }
        if (schema.path("additionalProperties").isObject()) {
            object.set(text(), value(schema.path("additionalProperties"), depth + 1));
        }
        return object;
    }

    private static List<String> fieldNames(JsonNode schema) {
        return schema.path("properties").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}

package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the differences between two objects, one line each with the path of the field. Items of lists are matched by
 * their {@code name} if all have one, else by equality; a field that is null counts as missing, as it does for the API
 * server.
 */
final class ObjectDifferences {

    private final List<String> lines = new ArrayList<>();

    private ObjectDifferences() {}

    static List<String> between(JsonNode wanted, JsonNode actual) {
        ObjectDifferences differences = new ObjectDifferences();
        differences.compare("", wanted, actual);
        return differences.lines;
    }

    private void compare(String path, JsonNode wanted, JsonNode actual) {
        if (wanted.isObject() && actual.isObject()) {
            compareFields(path, fields(wanted), fields(actual), path + ".");
        } else if (wanted.isArray() && actual.isArray()) {
            compareLists(path, wanted, actual);
        } else if (!wanted.equals(actual)) {
            lines.add("%s: %s instead of %s".formatted(path, actual, wanted));
        }
    }

    private void compareLists(String path, JsonNode wanted, JsonNode actual) {
        Map<String, JsonNode> wantedByName = byName(wanted);
        Map<String, JsonNode> actualByName = byName(actual);
        if (wantedByName.size() == wanted.size() && actualByName.size() == actual.size()) {
            compareFields(path, wantedByName, actualByName, path + " ");
            compareOrder(path, List.copyOf(wantedByName.keySet()), List.copyOf(actualByName.keySet()));
            return;
        }
        List<JsonNode> missing = without(wanted, actual);
        List<JsonNode> added = without(actual, wanted);
        missing.forEach(item -> lines.add("%s: without %s".formatted(path, item)));
        added.forEach(item -> lines.add("%s: with %s".formatted(path, item)));
        if (missing.isEmpty() && added.isEmpty()) {
            compareOrder(path, List.copyOf(items(wanted)), List.copyOf(items(actual)));
        }
    }

    private void compareFields(
            String path, Map<String, JsonNode> wanted, Map<String, JsonNode> actual, String pathOfField) {
        Set<String> names = new LinkedHashSet<>(wanted.keySet());
        names.addAll(actual.keySet());
        for (String name : names) {
            if (!actual.containsKey(name)) {
                lines.add("%s: without %s %s".formatted(path, name, wanted.get(name)));
            } else if (!wanted.containsKey(name)) {
                lines.add("%s: with %s %s".formatted(path, name, actual.get(name)));
            } else {
                compare(pathOfField + name, wanted.get(name), actual.get(name));
            }
        }
    }

    private void compareOrder(String path, List<?> wanted, List<?> actual) {
        List<?> wantedOrder = wanted.stream().filter(actual::contains).toList();
        List<?> actualOrder = actual.stream().filter(wanted::contains).toList();
        if (!wantedOrder.equals(actualOrder)) {
            lines.add("%s: order %s instead of %s".formatted(path, actualOrder, wantedOrder));
        }
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        object.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        list.forEach(item -> {
            if (item.path("name").isTextual()) {
                named.put(item.path("name").asText(), item);
            }
        });
        return named;
    }

    private static List<JsonNode> without(JsonNode list, JsonNode other) {
        List<JsonNode> rest = items(other);
        List<JsonNode> left = new ArrayList<>();
        list.forEach(item -> {
            if (!rest.remove(item)) {
                left.add(item);
            }
        });
        return left;
    }

    private static List<JsonNode> items(JsonNode list) {
        List<JsonNode> items = new ArrayList<>();
        list.forEach(items::add);
        return items;
    }
}

package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.Json;
import java.util.Map;

/** Strategic merge patches of core types: the lists in {@link #MERGE_KEYS} are merged, all others are replaced. */
final class StrategicMerge {

    private static final Map<String, String> MERGE_KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("env", "name"),
            Map.entry("volumes", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("ports", "containerPort"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("secrets", "name"),
            Map.entry("hostAliases", "ip"),
            Map.entry("conditions", "type"),
            Map.entry("ownerReferences", "uid"));
    private static final String DELETE_PREFIX = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        if (patch.path("$patch").asText().equals("replace")) {
            ObjectNode replaced = patch.deepCopy();
            replaced.remove("$patch");
            return replaced;
        }
        for (var change : patch.properties()) {
            String field = change.getKey();
            JsonNode value = change.getValue();
            if (field.startsWith(DELETE_PREFIX)) {
                removeAll(target.path(field.substring(DELETE_PREFIX.length())), value);
            } else if (value.isNull()) {
                target.remove(field);
            } else if (value instanceof ObjectNode nested) {
                target.set(field, apply(Json.child(target, field), nested));
            } else if (value instanceof ArrayNode list) {
                target.set(field, list(field, target.path(field), list));
            } else if (!field.startsWith("$")) {
                target.set(field, value);
            }
        }
        return target;
    }

    private static ArrayNode list(String field, JsonNode existing, ArrayNode patch) {
        String key = MERGE_KEYS.getOrDefault(field, "");
        if (existing instanceof ArrayNode merged && (!key.isEmpty() || field.equals("finalizers"))) {
            patch.forEach(item -> mergeItem(merged, key, item));
            return merged;
        }
        return patch.deepCopy();
    }

    private static void mergeItem(ArrayNode list, String key, JsonNode item) {
        int index = indexOf(list, key, item);
        if (!(item instanceof ObjectNode changes)) {
            if (index < 0) {
                list.add(item);
            }
        } else if (changes.path("$patch").asText().equals("delete")) {
            if (index >= 0) {
                list.remove(index);
            }
        } else if (index < 0) {
            list.add(changes.deepCopy());
        } else if (list.get(index) instanceof ObjectNode existing) {
            list.set(index, apply(existing, changes));
        }
    }

    private static int indexOf(ArrayNode list, String key, JsonNode item) {
        for (int i = 0; i < list.size(); i++) {
            boolean same = item.isObject()
                    ? list.get(i).path(key).equals(item.path(key))
                    : list.get(i).equals(item);
            if (same) {
                return i;
            }
        }
        return -1;
    }

    private static void removeAll(JsonNode list, JsonNode values) {
        if (list instanceof ArrayNode array) {
            for (JsonNode value : values) {
                array.removeIf(value::equals);
            }
        }
    }
}

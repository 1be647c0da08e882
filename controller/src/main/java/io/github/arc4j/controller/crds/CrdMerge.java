package io.github.arc4j.controller.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Merges the {@code spec} of one CustomResourceDefinition into that of another. */
final class CrdMerge {
    private static final String VERSIONS = "versions";

    private CrdMerge() {}

    /** Adds and overwrites fields, and removes none. Versions are merged by name; other lists are replaced. */
    static void into(ObjectNode live, JsonNode wanted) {
        wanted.properties().forEach(field -> {
            JsonNode present = live.path(field.getKey());
            if (present instanceof ObjectNode object && field.getValue().isObject()) {
                into(object, field.getValue());
            } else if (present instanceof ArrayNode versions && field.getKey().equals(VERSIONS)) {
                field.getValue().forEach(version -> mergeVersion(versions, version));
            } else if (!field.getValue().equals(present)) {
                live.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }

    private static void mergeVersion(ArrayNode versions, JsonNode wanted) {
        for (JsonNode version : versions) {
            if (version.path("name").equals(wanted.path("name"))) {
                into((ObjectNode) version, wanted);
                return;
            }
        }
        versions.add(wanted.deepCopy());
    }
}

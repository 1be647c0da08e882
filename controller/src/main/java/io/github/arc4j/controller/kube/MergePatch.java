package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7386). */
public final class MergePatch {
    private MergePatch() {}

    /**
     * The smallest patch that turns {@code before} into {@code after}; empty when they are equal. Lists are replaced as
     * a whole. A missing key and a null are the same.
     */
    public static ObjectNode between(JsonNode before, JsonNode after) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        before.properties().forEach(entry -> {
            if (!entry.getValue().isNull() && isAbsent(after.get(entry.getKey()))) {
                patch.set(entry.getKey(), NullNode.getInstance());
            }
        });
        after.properties().forEach(entry -> {
            JsonNode wanted = entry.getValue();
            JsonNode current = before.path(entry.getKey());
            if (wanted.isNull() || wanted.equals(current)) {
                return;
            }
            if (wanted.isObject() && current.isObject()) {
                ObjectNode nested = between(current, wanted);
                if (!nested.isEmpty()) {
                    patch.set(entry.getKey(), nested);
                }
            } else {
                patch.set(entry.getKey(), wanted);
            }
        });
        return patch;
    }

    /** A patch that sets one annotation, or removes it if the value is null. */
    public static ObjectNode annotation(String key, @Nullable String value) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put(key, value);
        return patch;
    }

    private static boolean isAbsent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }
}

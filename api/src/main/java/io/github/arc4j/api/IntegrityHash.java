package io.github.arc4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The value of {@link Annotations#INTEGRITY_HASH}: shows whether the input from which an object was created has
 * changed.
 *
 * <p>Equal for values that the API server and our types do not distinguish: missing, null, an empty list and an empty
 * object are the same, and the order of properties does not matter. The order of lists does, and so do empty strings,
 * because a label with an empty value is a label.
 */
public final class IntegrityHash {
    private static final String PREFIX = "sha256-";
    private static final int DIGITS = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Selectors that select everything if empty, and nothing if missing. */
    private static final Set<String> SELECTORS = Set.of("labelSelector", "namespaceSelector");

    private IntegrityHash() {}

    /**
     * Calculates the hash of a value.
     *
     * @param value a value that Jackson can write: a record of this module, a Kubernetes object, or a map of these
     * @return {@code sha256-} and 32 hexadecimal digits
     * @throws IllegalArgumentException if Jackson cannot write it
     */
    public static String of(Object value) {
        JsonNode canonical = canonical(JSON.valueToTree(value));
        return PREFIX + Sha256.of(canonical.toString()).substring(0, DIGITS);
    }

    private static JsonNode canonical(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> copy.add(canonical(element)));
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            JsonNode value = canonical(property.getValue());
            boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (!empty || (value.isObject() && SELECTORS.contains(property.getKey()))) {
                sorted.put(property.getKey(), value);
            }
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        return copy.setAll(sorted);
    }
}

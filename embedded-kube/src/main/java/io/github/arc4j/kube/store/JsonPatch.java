package io.github.arc4j.kube.store;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;

/** A JSON Patch (RFC 6902). Operations that do not match the object are rejected with 422, as Kubernetes does. */
final class JsonPatch implements Patch {

    private final JsonNode operations;

    JsonPatch(JsonNode operations) {
        if (!operations.isArray()) {
            throw ApiException.badRequest("a JSON patch must be an array of operations");
        }
        this.operations = operations;
    }

    @Override
    public ObjectNode apply(ObjectNode object) {
        for (JsonNode operation : operations) {
            JsonPointer path = pointer(operation, "path");
            switch (operation.path("op").asText()) {
                case "add" -> add(object, path, value(operation));
                case "remove" -> remove(object, path);
                case "replace" -> {
                    remove(object, path);
                    add(object, path, value(operation));
                }
                case "move" -> add(object, path, remove(object, pointer(operation, "from")));
                case "copy" ->
                    add(
                            object,
                            path,
                            existing(object, pointer(operation, "from")).deepCopy());
                case "test" -> {
                    if (!existing(object, path).equals(value(operation))) {
                        throw unprocessable("testing value " + path + " failed");
                    }
                }
                default -> throw ApiException.badRequest("unknown operation: " + operation);
            }
        }
        return object;
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("not a JSON pointer: " + operation.path(field));
        }
    }

    private static JsonNode value(JsonNode operation) {
        if (!operation.has("value")) {
            throw ApiException.badRequest("an operation has no value: " + operation);
        }
        return operation.get("value").deepCopy();
    }

    private static JsonNode existing(JsonNode root, JsonPointer path) {
        JsonNode found = root.at(path);
        if (found.isMissingNode()) {
            throw unprocessable("path " + path + " does not exist");
        }
        return found;
    }

    private static void add(ObjectNode root, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            if (!(value instanceof ObjectNode whole)) {
                throw ApiException.badRequest("an object cannot be replaced by " + value.getNodeType());
            }
            root.removeAll();
            root.setAll(whole);
            return;
        }
        String last = path.last().getMatchingProperty();
        switch (existing(root, path.head())) {
            case ObjectNode parent -> parent.set(last, value);
            case ArrayNode parent when last.equals("-") -> parent.add(value);
            case ArrayNode parent -> {
                int index = path.last().getMatchingIndex();
                if (index < 0 || index > parent.size()) {
                    throw unprocessable("no index " + last + " at " + path);
                }
                parent.insert(index, value);
            }
            default -> throw unprocessable("path " + path + " does not exist");
        }
    }

    private static JsonNode remove(ObjectNode root, JsonPointer path) {
        JsonNode removed = existing(root, path);
        switch (root.at(path.head())) {
            case ObjectNode parent -> parent.remove(path.last().getMatchingProperty());
            case ArrayNode parent -> parent.remove(path.last().getMatchingIndex());
            default -> throw unprocessable("path " + path + " cannot be removed");
        }
        return removed;
    }

    private static ApiException unprocessable(String reason) {
        return new ApiException(
                422, "Invalid", "the server rejected our request due to an error in our request: " + reason);
    }
}

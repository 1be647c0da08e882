package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;

/** A client's change of an object. */
@FunctionalInterface
public interface Patch {

    /**
     * @param object a copy of the current object, which may be modified
     * @return the new object, which may be the given copy
     */
    ObjectNode apply(ObjectNode object);

    /** JSON Merge Patch (RFC 7386): objects are merged, null removes a field, everything else replaces it. */
    static Patch merge(JsonNode patch) {
        ObjectNode changes = objectOf(patch);
        return object -> {
            merge(object, changes);
            return object;
        };
    }

    /** JSON Patch (RFC 6902). */
    static Patch json(JsonNode operations) {
        return new JsonPatch(operations);
    }

    /** Strategic merge patch: like {@link #merge}, but lists of core types are merged by their keys. */
    static Patch strategic(JsonNode patch) {
        ObjectNode changes = objectOf(patch);
        return object -> StrategicMerge.apply(object, changes);
    }

    /** Replaces the object, as an update does. */
    static Patch replace(ObjectNode replacement) {
        return object -> replacement.deepCopy();
    }

    private static ObjectNode objectOf(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the patch is not a JSON object");
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        for (var change : patch.properties()) {
            String field = change.getKey();
            switch (change.getValue()) {
                case JsonNode removed when removed.isNull() -> target.remove(field);
                case ObjectNode nested -> merge(Json.child(target, field), nested);
                case JsonNode value -> target.set(field, value.deepCopy());
            }
        }
    }
}

package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A change of an object as a client describes it. */
@FunctionalInterface
public interface Patch {

    /**
     * @param object a copy of the present object that may be changed
     * @return the object wanted, which may be the one given
     */
    ObjectNode apply(ObjectNode object);

    /** RFC 7386: objects are merged, null removes, everything else replaces. */
    static Patch merge(JsonNode patch) {
        ObjectNode changes = objectOf(patch);
        return object -> {
            merge(object, changes);
            return object;
        };
    }

    /** RFC 6902. */
    static Patch json(JsonNode operations) {
        return new JsonPatch(operations);
    }

    /** Like {@link #merge}, but lists of core types are merged by their keys. */
    static Patch strategic(JsonNode patch) {
        ObjectNode changes = objectOf(patch);
        return object -> StrategicMerge.apply(object, changes);
    }

    /** The object wanted, as an update brings it. */
    static Patch replace(ObjectNode wanted) {
        return object -> wanted.deepCopy();
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
                case JsonNode gone when gone.isNull() -> target.remove(field);
                case ObjectNode nested -> merge(Json.child(target, field), nested);
                case JsonNode value -> target.set(field, value.deepCopy());
            }
        }
    }
}

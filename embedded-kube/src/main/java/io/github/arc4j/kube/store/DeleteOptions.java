package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to delete.
 *
 * @param uid precondition, or null
 * @param resourceVersion precondition, or null
 * @param graceSeconds for pods; null takes the pod's own
 * @param propagation what becomes of dependents; null leaves it as it is, which is in the background at first
 */
public record DeleteOptions(
        @Nullable String uid,
        @Nullable String resourceVersion,
        @Nullable Long graceSeconds,
        @Nullable Propagation propagation) {

    /** What becomes of the objects that name the deleted one as their owner. */
    public enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN;

        static Propagation of(String name) {
            return switch (name) {
                case "Background" -> BACKGROUND;
                case "Foreground" -> FOREGROUND;
                case "Orphan" -> ORPHAN;
                default -> throw ApiException.badRequest("invalid propagationPolicy: " + name);
            };
        }
    }

    /** No preconditions, dependents in the background. */
    public static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);

    /** At once and only if it is still the same object, as who has ended a pod does it. */
    public static DeleteOptions now(String uid) {
        return new DeleteOptions(uid, null, 0L, null);
    }

    /**
     * @param body a {@code DeleteOptions} object or nothing
     * @param query parameters, which count where the body says nothing
     */
    public static DeleteOptions of(JsonNode body, Map<String, String> query) {
        JsonNode preconditions = body.path("preconditions");
        String grace = body.hasNonNull("gracePeriodSeconds")
                ? body.path("gracePeriodSeconds").asText()
                : query.get("gracePeriodSeconds");
        String policy = body.hasNonNull("propagationPolicy")
                ? body.path("propagationPolicy").asText()
                : query.get("propagationPolicy");
        boolean orphan = body.path("orphanDependents").asBoolean(Boolean.parseBoolean(query.get("orphanDependents")));
        try {
            return new DeleteOptions(
                    preconditions.path("uid").textValue(),
                    preconditions.path("resourceVersion").textValue(),
                    grace == null ? null : Long.valueOf(grace),
                    policy != null ? Propagation.of(policy) : orphan ? Propagation.ORPHAN : null);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("invalid gracePeriodSeconds: " + grace);
        }
    }

    void check(StoredObject object) {
        String version = Long.toString(object.version());
        if (uid != null && !uid.equals(object.uid())) {
            throw failed(object, "UID", uid, object.uid());
        }
        if (resourceVersion != null && !resourceVersion.equals(version)) {
            throw failed(object, "ResourceVersion", resourceVersion, version);
        }
    }

    private static ApiException failed(StoredObject object, String what, String wanted, String actual) {
        String why = "Precondition failed: %s in precondition: %s, %s in object meta: %s";
        return ApiException.conflict(object.type(), object.name(), why.formatted(what, wanted, what, actual));
    }

    /** Notes the wish about dependents where the garbage collector finds it. */
    void markPropagation(ObjectNode object) {
        if (propagation != null) {
            Metadata.setFinalizer(object, Metadata.ORPHAN, propagation == Propagation.ORPHAN);
            Metadata.setFinalizer(object, Metadata.FOREGROUND, propagation == Propagation.FOREGROUND);
        }
    }
}

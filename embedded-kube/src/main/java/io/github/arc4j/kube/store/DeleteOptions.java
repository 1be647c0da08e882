package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.StoredObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a deletion.
 *
 * @param uid UID precondition, or null
 * @param resourceVersion version precondition, or null
 * @param graceSeconds grace period of pods; null for the pod's own
 * @param propagation what happens to dependents; null keeps the current policy, which is initially background
 */
public record DeleteOptions(
        @Nullable String uid,
        @Nullable String resourceVersion,
        @Nullable Long graceSeconds,
        @Nullable Propagation propagation) {

    /** What happens to the objects that reference the deleted object as their owner. */
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

    /** No preconditions, background propagation. */
    public static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);

    /** Immediate deletion of exactly this object, as a kubelet does after a pod has terminated. */
    public static DeleteOptions now(String uid) {
        return new DeleteOptions(uid, null, 0L, null);
    }

    /**
     * @param body a {@code DeleteOptions} object or a missing node
     * @param query query parameters, used for options that the body does not specify
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

    private static ApiException failed(StoredObject object, String what, String expected, String actual) {
        String message = "Precondition failed: %s in precondition: %s, %s in object meta: %s";
        return ApiException.conflict(object.type(), object.name(), message.formatted(what, expected, what, actual));
    }

    /** Records the propagation policy as finalizers for the garbage collector. */
    void markPropagation(ObjectNode object) {
        if (propagation != null) {
            Metadata.setFinalizer(object, Metadata.ORPHAN, propagation == Propagation.ORPHAN);
            Metadata.setFinalizer(object, Metadata.FOREGROUND, propagation == Propagation.FOREGROUND);
        }
    }
}

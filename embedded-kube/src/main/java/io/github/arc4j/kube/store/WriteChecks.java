package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.ApiException.Cause;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.object.StoredObject;
import java.util.List;

/** Checks that the body of a write matches the addressed object. */
final class WriteChecks {

    private WriteChecks() {}

    /** @param name name in the URL, empty on creation */
    static void identity(ResourceType type, String namespace, String name, ObjectNode body) {
        String kind = body.path("kind").asText(type.kind());
        String apiVersion = body.path("apiVersion").asText(type.apiVersion());
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            throw ApiException.badRequest("the object is a %s of %s, not a %s of %s"
                    .formatted(kind, apiVersion, type.kind(), type.apiVersion()));
        }
        String bodyNamespace = body.path("metadata").path("namespace").asText("");
        if (type.namespaced() && !bodyNamespace.isEmpty() && !bodyNamespace.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String bodyName = body.path("metadata").path("name").asText("");
        if (!name.isEmpty() && !bodyName.isEmpty() && !bodyName.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(bodyName, name));
        }
    }

    static void versionGiven(ResourceType type, String name, ObjectNode body) {
        if (type.requiresVersionOnUpdate()
                && body.path("metadata").path("resourceVersion").asText("").isEmpty()) {
            Cause cause = Cause.invalid("metadata.resourceVersion", 0, "must be specified for an update");
            throw ApiException.invalid(type, name, List.of(cause));
        }
    }

    /** A UID or a version in the body must be the current one. */
    static void upToDate(StoredObject before, ObjectNode requested) {
        String version = requested.path("metadata").path("resourceVersion").asText("");
        String uid = requested.path("metadata").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(before.uid())) {
            String message =
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + before.uid();
            throw ApiException.conflict(before.type(), before.name(), message);
        }
        if (!version.isEmpty() && !version.equals(Long.toString(before.version()))) {
            throw ApiException.conflict(
                    before.type(),
                    before.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
    }
}

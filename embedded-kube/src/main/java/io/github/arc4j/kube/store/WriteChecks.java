package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.store.ApiException.Cause;
import java.util.List;

/** Whether what a client sends is about the object that it is sent to. */
final class WriteChecks {

    private WriteChecks() {}

    /**
     * @param name in the URL, empty on creation
     */
    static void identity(ResourceType type, String namespace, String name, ObjectNode body) {
        String kind = body.path("kind").asText(type.kind());
        String apiVersion = body.path("apiVersion").asText(type.apiVersion());
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            throw ApiException.badRequest("the object is a %s of %s, not a %s of %s"
                    .formatted(kind, apiVersion, type.kind(), type.apiVersion()));
        }
        String itsNamespace = body.path("metadata").path("namespace").asText("");
        if (type.namespaced() && !itsNamespace.isEmpty() && !itsNamespace.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String itsName = body.path("metadata").path("name").asText("");
        if (!name.isEmpty() && !itsName.isEmpty() && !itsName.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(itsName, name));
        }
    }

    static void versionGiven(ResourceType type, String name, ObjectNode body) {
        if (type.requiresVersionOnUpdate()
                && body.path("metadata").path("resourceVersion").asText("").isEmpty()) {
            Cause cause = Cause.invalid("metadata.resourceVersion", 0, "must be specified for an update");
            throw ApiException.invalid(type, name, List.of(cause));
        }
    }

    /** A UID or a version in what is sent must be the present one. */
    static void upToDate(StoredObject before, ObjectNode wanted) {
        String version = wanted.path("metadata").path("resourceVersion").asText("");
        String uid = wanted.path("metadata").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(before.uid())) {
            String why = "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + before.uid();
            throw ApiException.conflict(before.type(), before.name(), why);
        }
        if (!version.isEmpty() && !version.equals(Long.toString(before.version()))) {
            throw ApiException.conflict(
                    before.type(),
                    before.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
    }
}

package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.ApiException.Cause;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The server's handling of {@code metadata} for all types. */
final class Metadata {

    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";

    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int GENERATED_NAME_LENGTH = 63;
    private static final int LABEL_LENGTH = 63;
    private static final int SUBDOMAIN_LENGTH = 253;
    private static final int ANNOTATIONS_LENGTH = 256 * 1024;
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern QUALIFIED_NAME =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]");

    private Metadata() {}

    /** Sets the metadata of a new object, except its name and version. */
    static void initialize(ResourceType type, String namespace, ObjectNode object, Instant now) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw new ApiException(500, "InternalError", "resourceVersion should not be set on objects to be created");
        }
        metadata.remove(
                List.of("deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields", "selfLink"));
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", timestamp(now));
        if (type.countsGenerations()) {
            metadata.put("generation", 1L);
        }
        dropEmpty(metadata);
    }

    /** Restores the fields that updates may not change. */
    static void carryOver(ObjectNode before, ObjectNode after) {
        JsonNode old = before.path("metadata");
        ObjectNode metadata = Json.child(after, "metadata");
        for (String field : List.of(
                "name",
                "namespace",
                "uid",
                "resourceVersion",
                "generateName",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "generation")) {
            if (old.has(field)) {
                metadata.set(field, old.get(field));
            } else {
                metadata.remove(field);
            }
        }
        metadata.remove(List.of("managedFields", "selfLink"));
        dropEmpty(metadata);
    }

    /** Removes empty fields, because absent and empty are equivalent and a write without changes must be recognized. */
    private static void dropEmpty(ObjectNode metadata) {
        for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences", "generateName")) {
            JsonNode value = metadata.path(field);
            if (value.isNull()
                    || (value.isContainerNode() && value.isEmpty())
                    || (value.isTextual() && value.asText().isEmpty())) {
                metadata.remove(field);
            }
        }
    }

    static String timestamp(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String generateName(String prefix) {
        int room = GENERATED_NAME_LENGTH - SUFFIX_LENGTH;
        StringBuilder name = new StringBuilder(prefix.length() > room ? prefix.substring(0, room) : prefix);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_ALPHABET.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_ALPHABET.length())));
        }
        return name.toString();
    }

    static List<Cause> violations(ResourceType type, ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        JsonNode metadata = object.path("metadata");
        name(type, metadata, causes);
        labels(metadata.path("labels"), causes);
        annotations(metadata.path("annotations"), causes);
        for (JsonNode finalizer : metadata.path("finalizers")) {
            qualifiedName("metadata.finalizers", finalizer.asText(), causes);
        }
        owners(metadata.path("ownerReferences"), causes);
        return causes;
    }

    private static void name(ResourceType type, JsonNode metadata, List<Cause> causes) {
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            causes.add(new Cause(
                    "FieldValueRequired", "metadata.name", "Required value: name or generateName is required"));
        } else if (type.group().equals("rbac.authorization.k8s.io")) {
            if (name.contains("/") || name.contains("%")) {
                causes.add(Cause.invalid("metadata.name", name, "may not contain '/' or '%'"));
            }
        } else if (type.is("namespaces")
                ? name.length() > LABEL_LENGTH || !LABEL.matcher(name).matches()
                : name.length() > SUBDOMAIN_LENGTH || !SUBDOMAIN.matcher(name).matches()) {
            causes.add(Cause.invalid(
                    "metadata.name",
                    name,
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                            + " and must start and end with an alphanumeric character"));
        }
    }

    private static void labels(JsonNode labels, List<Cause> causes) {
        for (var label : labels.properties()) {
            qualifiedName("metadata.labels", label.getKey(), causes);
            String value = text("labels", label.getValue());
            if (value.length() > LABEL_LENGTH) {
                causes.add(Cause.invalid("metadata.labels", value, "must be no more than 63 bytes"));
            } else if (!LABEL_VALUE.matcher(value).matches()) {
                causes.add(Cause.invalid(
                        "metadata.labels",
                        value,
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                                + " and must start and end with an alphanumeric character"));
            }
        }
    }

    private static void annotations(JsonNode annotations, List<Cause> causes) {
        int size = 0;
        for (var annotation : annotations.properties()) {
            // Annotation keys are validated case-insensitively.
            qualifiedName("metadata.annotations", annotation.getKey().toLowerCase(java.util.Locale.ROOT), causes);
            size += annotation.getKey().length()
                    + text("annotations", annotation.getValue()).length();
        }
        if (size > ANNOTATIONS_LENGTH) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "metadata.annotations",
                    "Too long: may not be more than " + ANNOTATIONS_LENGTH + " bytes"));
        }
    }

    private static String text(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw ApiException.badRequest("json: cannot unmarshal "
                    + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                    + " into Go struct field ObjectMeta.metadata."
                    + field
                    + " of type string");
        }
        return value.asText();
    }

    private static void qualifiedName(String field, String name, List<Cause> causes) {
        if (!QUALIFIED_NAME.matcher(name).matches()) {
            causes.add(Cause.invalid(
                    field, name, "name part must consist of alphanumeric characters, '-', '_' or '.', at most 63"));
        }
    }

    private static void owners(JsonNode owners, List<Cause> causes) {
        int controllers = 0;
        for (int i = 0; i < owners.size(); i++) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owners.get(i).path(field).asText().isEmpty()) {
                    causes.add(Cause.required("metadata.ownerReferences[" + i + "]." + field));
                }
            }
            controllers += owners.get(i).path("controller").asBoolean() ? 1 : 0;
        }
        if (controllers > 1) {
            causes.add(Cause.invalid(
                    "metadata.ownerReferences", owners, "Only one reference can have Controller set to true"));
        }
    }

    /** Finalizers cannot be added once an object is being deleted. */
    static List<Cause> newFinalizers(ObjectNode before, ObjectNode after) {
        if (!before.path("metadata").has("deletionTimestamp")) {
            return List.of();
        }
        List<JsonNode> added = new ArrayList<>();
        after.path("metadata").path("finalizers").forEach(added::add);
        before.path("metadata").path("finalizers").forEach(added::remove);
        return added.isEmpty()
                ? List.of()
                : List.of(Cause.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + added));
    }

    static void setFinalizer(ObjectNode object, String finalizer, boolean present) {
        ObjectNode metadata = Json.child(object, "metadata");
        ArrayNode finalizers =
                metadata.path("finalizers") instanceof ArrayNode list ? list : metadata.putArray("finalizers");
        finalizers.removeIf(one -> one.asText().equals(finalizer));
        if (present) {
            finalizers.add(finalizer);
        }
        dropEmpty(metadata);
    }
}

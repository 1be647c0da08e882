package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.ApiException.Cause;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Defaults and validation of built-in types other than pods, as far as they matter to controllers. */
final class CoreRules {

    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final Pattern DATA_KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    private CoreRules() {}

    /** Sets the defaults of an object before it is created or updated. */
    static void complete(ResourceType type, ObjectNode object) {
        dropNulls(object);
        switch (type.qualifiedName()) {
            case "pods" -> PodRules.complete(object);
            case "secrets" -> completeSecret(object);
            case "configmaps" -> {
                requireStrings("ConfigMap", object.path("data"));
                requireBase64("ConfigMap", object.path("binaryData"));
            }
            case "rolebindings." + RBAC, "clusterrolebindings." + RBAC -> completeBinding(object);
            default -> {}
        }
    }

    /** Sets the initial status and other fields of new objects. */
    static void initialize(ResourceType type, ObjectNode object) {
        if (type.is("pods")) {
            PodRules.initialize(object);
        } else if (type.is("namespaces")) {
            Json.child(object, "spec").putArray("finalizers").add("kubernetes");
            Json.child(object, "status").put("phase", "Active");
        }
    }

    /** Called once an object has its name. */
    static void named(ResourceType type, ObjectNode object) {
        if (type.is("namespaces")) {
            Json.child(Json.child(object, "metadata"), "labels")
                    .set("kubernetes.io/metadata.name", object.path("metadata").path("name"));
        }
    }

    static List<Cause> violations(ResourceType type, @Nullable ObjectNode before, ObjectNode object) {
        return switch (type.qualifiedName()) {
            case "pods" -> PodRules.violations(before, object);
            case "secrets", "configmaps" -> dataViolations(before, object);
            case "rolebindings." + RBAC, "clusterrolebindings." + RBAC -> roleRefChange(before, object);
            default -> List.of();
        };
    }

    private static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(CoreRules::dropNulls);
    }

    private static void completeSecret(ObjectNode secret) {
        requireBase64("Secret", secret.path("data"));
        JsonNode plain = secret.path("stringData");
        requireStrings("Secret", plain);
        for (var entry : plain.properties()) {
            byte[] value = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
            Json.child(secret, "data").put(entry.getKey(), Base64.getEncoder().encodeToString(value));
        }
        secret.remove("stringData");
        if (secret.path("type").asText().isEmpty()) {
            secret.put("type", "Opaque");
        }
    }

    private static void requireStrings(String kind, JsonNode data) {
        data.forEach(value -> {
            if (!value.isTextual()) {
                throw unreadable(kind, "json: cannot unmarshal " + value + " into Go struct field of type string");
            }
        });
    }

    private static void requireBase64(String kind, JsonNode data) {
        requireStrings(kind, data);
        for (var entry : data.properties()) {
            try {
                Base64.getDecoder().decode(entry.getValue().asText());
            } catch (IllegalArgumentException e) {
                throw unreadable(kind, "illegal base64 data in " + entry.getKey());
            }
        }
    }

    private static ApiException unreadable(String kind, String reason) {
        return ApiException.badRequest(kind + " in version \"v1\" cannot be handled as a " + kind + ": " + reason);
    }

    private static List<Cause> dataViolations(@Nullable ObjectNode before, ObjectNode object) {
        List<Cause> causes = new ArrayList<>();
        for (var entry : object.path("data").properties()) {
            if (!DATA_KEY.matcher(entry.getKey()).matches()) {
                causes.add(Cause.invalid(
                        "data[" + entry.getKey() + "]",
                        entry.getKey(),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"));
            }
        }
        if (before == null) {
            return causes;
        }
        if (!before.path("type").equals(object.path("type"))) {
            causes.add(Cause.invalid("type", object.path("type").asText(), "field is immutable"));
        }
        if (before.path("immutable").asBoolean() && !before.path("data").equals(object.path("data"))) {
            causes.add(Cause.forbidden("data", "field is immutable when `immutable` is set"));
        }
        return causes;
    }

    private static void completeBinding(ObjectNode binding) {
        if (binding.path("roleRef") instanceof ObjectNode role
                && role.path("apiGroup").asText().isEmpty()) {
            role.put("apiGroup", RBAC);
        }
        for (JsonNode subject : binding.path("subjects")) {
            if (subject instanceof ObjectNode object
                    && !object.path("kind").asText().equals("ServiceAccount")
                    && object.path("apiGroup").asText().isEmpty()) {
                object.put("apiGroup", RBAC);
            }
        }
    }

    private static List<Cause> roleRefChange(@Nullable ObjectNode before, ObjectNode object) {
        return before == null || before.path("roleRef").equals(object.path("roleRef"))
                ? List.of()
                : List.of(Cause.invalid("roleRef", object.path("roleRef"), "cannot change roleRef"));
    }
}

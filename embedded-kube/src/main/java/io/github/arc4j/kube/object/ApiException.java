package io.github.arc4j.kube.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** An error response, with the {@code Status} object that Kubernetes would send. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * The violation of one field.
     *
     * @param reason such as {@code FieldValueInvalid}
     */
    public record Cause(String reason, String field, String message) {

        public static Cause invalid(String field, Object value, String detail) {
            return new Cause("FieldValueInvalid", field, "Invalid value: " + quoted(value) + ": " + detail);
        }

        public static Cause required(String field) {
            return new Cause("FieldValueRequired", field, "Required value");
        }

        public static Cause forbidden(String field, String detail) {
            return new Cause("FieldValueForbidden", field, "Forbidden: " + detail);
        }

        public static Cause notFound(String field, String value) {
            return new Cause("FieldValueNotFound", field, "Not found: " + quoted(value));
        }

        public static Cause unsupported(String field, String value, List<String> supported) {
            String values = supported.stream().map(Cause::quoted).collect(Collectors.joining(", "));
            return new Cause(
                    "FieldValueNotSupported",
                    field,
                    "Unsupported value: " + quoted(value) + ": supported values: " + values);
        }

        private static String quoted(Object value) {
            return value instanceof String text ? '"' + text + '"' : value.toString();
        }
    }

    private final int code;
    private final String reason;
    private final ObjectNode details;

    public ApiException(int code, String reason, String message) {
        this(code, reason, message, Json.object());
    }

    private ApiException(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    private static ObjectNode about(ResourceType type, String name) {
        ObjectNode details = Json.object();
        details.put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", type.plural());
    }

    private static String named(ResourceType type, String name) {
        return type.qualifiedName() + " \"" + name + '"';
    }

    public static ApiException notFound(ResourceType type, String name) {
        return new ApiException(404, "NotFound", named(type, name) + " not found", about(type, name));
    }

    public static ApiException alreadyExists(StoredObject existing) {
        ResourceType type = existing.type();
        String message = named(type, existing.name()) + " already exists";
        return new ApiException(
                409,
                "AlreadyExists",
                existing.beingDeleted() ? "object is being deleted: " + message : message,
                about(type, existing.name()));
    }

    public static ApiException conflict(ResourceType type, String name, String detail) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + named(type, name) + ": " + detail,
                about(type, name));
    }

    public static ApiException forbidden(ResourceType type, String name, String detail) {
        return new ApiException(403, "Forbidden", named(type, name) + " is forbidden: " + detail, about(type, name));
    }

    public static ApiException invalid(ResourceType type, String name, List<Cause> causes) {
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        List<String> messages = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
        String detail = messages.size() == 1 ? messages.getFirst() : "[" + String.join(", ", messages) + "]";
        ObjectNode details = about(type, name).put("kind", type.kind());
        ArrayNode list = details.putArray("causes");
        causes.forEach(cause -> list.addObject()
                .put("reason", cause.reason())
                .put("message", cause.message())
                .put("field", cause.field()));
        return new ApiException(422, "Invalid", kind + " \"" + name + "\" is invalid: " + detail, details);
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    public static ApiException expired(String message) {
        return new ApiException(410, "Expired", message);
    }

    /** A webhook rejects the request, and asks to wait for a second. */
    public static ApiException tooManyRequests(String message) {
        return new ApiException(429, "TooManyRequests", message, Json.object().put("retryAfterSeconds", 1));
    }

    /** After how many seconds to retry; 0 if the response does not say it. */
    public int retryAfterSeconds() {
        return details.path("retryAfterSeconds").asInt();
    }

    /** HTTP status. */
    public int code() {
        return code;
    }

    /** Machine-readable reason, such as {@code AlreadyExists}. */
    public String reason() {
        return reason;
    }

    /** The body of the response. */
    public ObjectNode status() {
        ObjectNode status = Json.object()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put("status", "Failure")
                .put("message", getMessage())
                .put("reason", reason)
                .put("code", code);
        status.putObject("metadata");
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status;
    }
}

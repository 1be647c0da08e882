package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.object.Selector;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.Patch;
import io.github.arc4j.kube.store.ResourceStore;

/** Executes requests for resources, except watches. */
final class ResourceVerbs {

    private final ListPages pages = new ListPages();

    Answer perform(String verb, Route route, Query query, String contentType, JsonNode body) {
        if (!query.text("dryRun").isEmpty()) {
            throw ApiException.badRequest("the embedded server does not support dry runs");
        }
        ResourceStore resource = route.resource();
        return switch (verb) {
            case "get" -> Answer.ok(resource.get(route.namespace(), route.name()));
            case "list" -> list(route, query);
            case "create" -> Answer.created(resource.create(route.namespace(), objectOf(body)));
            case "update" -> Answer.ok(resource.update(route.namespace(), route.name(), route.part(), objectOf(body)));
            case "patch" -> patch(route, contentType, body);
            case "delete" -> delete(route, DeleteOptions.of(body, query.parameters()));
            case "deletecollection" -> deleteCollection(route, query, DeleteOptions.of(body, query.parameters()));
            default -> throw ApiHandler.methodNotAllowed();
        };
    }

    private static ObjectNode objectOf(JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the body is not a JSON object");
    }

    static Selector selector(Route route, Query query) {
        return Selector.parse(route.resource().type(), query.text("labelSelector"), query.text("fieldSelector"));
    }

    private Answer list(Route route, Query query) {
        int limit = (int) Math.min(Integer.MAX_VALUE, query.number("limit"));
        String token = query.text("continue");
        ListPages.Page page = token.isEmpty()
                ? pages.first(route.resource().list(route.namespace(), selector(route, query)), limit)
                : pages.next(token, limit);
        ResourceType type = route.resource().type();
        return new Answer(200, page.bytes(type.apiVersion(), type.kind() + "List"));
    }

    private static Answer patch(Route route, String contentType, JsonNode body) {
        ResourceStore resource = route.resource();
        boolean custom = resource.type().custom();
        String format = contentType.replaceFirst(";.*", "").strip();
        Patch patch = switch (format) {
            case "application/merge-patch+json" -> Patch.merge(body);
            case "application/json-patch+json" -> Patch.json(body);
            case "application/strategic-merge-patch+json" -> custom ? null : Patch.strategic(body);
            case "application/apply-patch+yaml" -> custom ? Patch.merge(body) : Patch.strategic(body);
            default -> null;
        };
        if (patch == null) {
            throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json-patch+json, application/merge-patch+json,"
                            + " application/apply-patch+yaml");
        }
        if (format.equals("application/apply-patch+yaml")
                && resource.find(route.namespace(), route.name()).isEmpty()) {
            return Answer.created(resource.create(route.namespace(), objectOf(body)));
        }
        return Answer.ok(resource.patch(route.namespace(), route.name(), route.part(), patch));
    }

    private static Answer delete(Route route, DeleteOptions options) {
        if (!route.subresource().isEmpty()) {
            throw ApiHandler.methodNotAllowed();
        }
        ResourceStore.Deletion deletion = route.resource().delete(route.namespace(), route.name(), options);
        return deletion.isComplete() ? deleted(deletion.object()) : Answer.ok(deletion.object());
    }

    private static Answer deleted(StoredObject object) {
        ObjectNode status =
                Json.object().put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
        status.putObject("metadata");
        status.putObject("details")
                .put("name", object.name())
                .put("group", object.type().group())
                .put("kind", object.type().plural())
                .put("uid", object.uid());
        return new Answer(200, Json.write(status));
    }

    private static Answer deleteCollection(Route route, Query query, DeleteOptions options) {
        ResourceStore resource = route.resource();
        for (StoredObject object :
                resource.list(route.namespace(), selector(route, query)).objects()) {
            try {
                resource.delete(object.namespace(), object.name(), options);
            } catch (ApiException e) {
                // Deleted in the meantime.
                if (e.code() != 404) {
                    throw e;
                }
            }
        }
        return new Answer(
                200,
                Json.write(Json.object()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("status", "Success")));
    }
}

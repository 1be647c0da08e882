package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.arc4j.kube.http.Fault.Moment;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parses requests, applies faults, sends replies and writes the request log. */
final class ApiHandler implements HttpHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);
    private static final String NAME_SELECTOR = "metadata.name=";
    private static final Set<String> HEALTH = Set.of("healthz", "livez", "readyz");

    private final ObjectStore store;
    private final RequestLog requests;
    private final Faults faults;
    private final Watches watches;
    private final Discovery discovery;
    private final ResourceVerbs verbs = new ResourceVerbs();

    ApiHandler(ObjectStore store, RequestLog requests, Faults faults, Watches watches) {
        this.store = store;
        this.requests = requests;
        this.faults = faults;
        this.watches = watches;
        this.discovery = new Discovery(store);
    }

    static ApiException noSuchResource() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (header(exchange, "Upgrade").equalsIgnoreCase("websocket")) {
            // A plain 200 makes clients watch without WebSocket, as behind kubectl proxy.
            new Answer(200, new byte[0]).send(exchange);
            return;
        }
        List<String> path = Arrays.stream(exchange.getRequestURI().getPath().split("/"))
                .filter(segment -> !segment.isEmpty())
                .toList();
        Optional<Route> route = Route.of(path, store);
        try {
            if (route.isPresent()) {
                serve(exchange, route.get(), body);
            } else {
                metaDocument(path).send(exchange);
            }
        } catch (DroppedException | InterruptedException e) {
            // An exception is the only way to make the server close the connection.
            throw new IOException("connection dropped", e);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private Answer metaDocument(List<String> path) {
        if (path.size() == 1 && HEALTH.contains(path.getFirst())) {
            return new Answer(200, "ok".getBytes(StandardCharsets.US_ASCII));
        }
        boolean documents = !path.isEmpty() && Set.of("api", "apis", "version").contains(path.getFirst());
        try {
            return (documents ? discovery.document(path) : Optional.<JsonNode>empty())
                    .map(document -> new Answer(200, Json.write(document)))
                    .orElseThrow(ApiHandler::noSuchResource);
        } catch (ApiException e) {
            return Answer.of(e);
        }
    }

    private void serve(HttpExchange exchange, Route route, byte[] bytes)
            throws IOException, DroppedException, InterruptedException {
        Query query = Query.of(exchange.getRequestURI());
        String verb = verb(exchange.getRequestMethod(), route, query);
        ApiRequest request = new ApiRequest(
                header(exchange, "User-Agent"),
                verb,
                route.resource().type().group(),
                route.resource().type().plural(),
                route.subresource(),
                route.namespace(),
                name(route, query));
        Reply reply;
        try {
            JsonNode body = read(bytes);
            request = verb.equals("create") ? request.named(nameIn(body)) : request;
            Fault fault = faults.next(request);
            apply(fault, request, Moment.BEFORE_EFFECT);
            if (verb.equals("watch")) {
                reply = WatchStream.open(watches, route, query);
            } else {
                reply = verbs.perform(verb, route, query, header(exchange, "Content-Type"), body);
                apply(fault, request, Moment.AFTER_EFFECT);
            }
        } catch (ApiException e) {
            reply = Answer.of(e);
        } catch (OverloadedException e) {
            reply = Answer.OVERLOADED;
        } catch (DroppedException e) {
            requests.add(request, 0);
            throw e;
        } catch (RuntimeException e) {
            log.error("{} failed", request, e);
            reply = Answer.of(new ApiException(500, "InternalError", "Internal error occurred: " + e));
        }
        // Before the reply, so that a client that has received it finds the request in the log.
        requests.add(request, reply.status());
        reply.send(exchange);
    }

    /** A field selector for a single name counts as that name, as in Kubernetes' RBAC. */
    private static String name(Route route, Query query) {
        String selector = query.text("fieldSelector");
        return route.isCollection() && selector.startsWith(NAME_SELECTOR) && !selector.contains(",")
                ? selector.substring(NAME_SELECTOR.length())
                : route.name();
    }

    private static String verb(String method, Route route, Query query) {
        return switch (method) {
            case "GET" -> !route.isCollection() ? "get" : query.flag("watch") ? "watch" : "list";
            case "POST" -> route.isCollection() ? "create" : method;
            case "PUT" -> route.isCollection() ? method : "update";
            case "PATCH" -> route.isCollection() ? method : "patch";
            case "DELETE" -> route.isCollection() ? "deletecollection" : "delete";
            default -> method;
        };
    }

    private static JsonNode read(byte[] body) {
        try {
            return Json.read(body);
        } catch (IOException e) {
            throw ApiException.badRequest("the body cannot be parsed: " + e.getMessage());
        }
    }

    private static String nameIn(JsonNode body) {
        JsonNode metadata = body.path("metadata");
        return metadata.path("name").asText(metadata.path("generateName").asText(""));
    }

    private static void apply(@Nullable Fault fault, ApiRequest request, Moment moment)
            throws DroppedException, InterruptedException {
        if (fault != null) {
            fault.strike(request, moment);
        }
    }
}

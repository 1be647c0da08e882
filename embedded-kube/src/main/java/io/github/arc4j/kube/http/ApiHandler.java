package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.arc4j.kube.http.Fault.DroppedException;
import io.github.arc4j.kube.http.Fault.Moment;
import io.github.arc4j.kube.http.ResourceVerbs.Answer;
import io.github.arc4j.kube.store.ApiException;
import io.github.arc4j.kube.store.Json;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.Selector;
import io.github.arc4j.kube.store.Subscription;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests apart, lets faults strike, answers and keeps the log. */
final class ApiHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final Set<String> HEALTH = Set.of("healthz", "livez", "readyz");
    private static final Duration LONGEST_WATCH = Duration.ofHours(1);

    private final ObjectStore store;
    private final RequestLog log;
    private final Faults faults;
    private final Watches watches;
    private final Discovery discovery;
    private final ResourceVerbs verbs = new ResourceVerbs();

    ApiHandler(ObjectStore store, RequestLog log, Faults faults, Watches watches) {
        this.store = store;
        this.log = log;
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
            // Clients take a plain 200 as the hint to watch without WebSocket, as behind kubectl proxy.
            send(exchange, new Answer(200, new byte[0]));
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
                send(exchange, about(path));
            }
        } catch (InterruptedException e) {
            // The server stops.
            throw dropConnection(e);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private Answer about(List<String> path) {
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

    private void serve(HttpExchange exchange, Route route, byte[] bytes) throws IOException, InterruptedException {
        Query query = Query.of(exchange.getRequestURI());
        String verb = verb(exchange.getRequestMethod(), route, query);
        ApiRequest request = new ApiRequest(
                header(exchange, "User-Agent"),
                verb,
                route.resource().type().group(),
                route.resource().type().plural(),
                route.subresource(),
                route.namespace(),
                route.name());
        Answer answer;
        try {
            JsonNode body = read(bytes);
            request = verb.equals("create") ? request.named(nameIn(body)) : request;
            Fault fault = faults.next(request);
            strike(fault, request, Moment.BEFORE_EFFECT);
            if (verb.equals("watch")) {
                Selector selector = ResourceVerbs.selector(route, query);
                log.add(request, 200);
                watch(exchange, route, query, selector);
                return;
            }
            answer = verbs.perform(verb, route, query, header(exchange, "Content-Type"), body);
            strike(fault, request, Moment.AFTER_EFFECT);
        } catch (ApiException e) {
            answer = Answer.of(e);
        } catch (DroppedException e) {
            log.add(request, 0);
            throw dropConnection(e);
        }
        // Before the answer, so that who has the answer finds it in the log.
        log.add(request, answer.status());
        send(exchange, answer);
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
            throw ApiException.badRequest("the body can't be read: " + e.getMessage());
        }
    }

    private static String nameIn(JsonNode body) {
        JsonNode metadata = body.path("metadata");
        return metadata.path("name").asText(metadata.path("generateName").asText());
    }

    private static void strike(@Nullable Fault fault, ApiRequest request, Moment moment)
            throws DroppedException, InterruptedException {
        if (fault != null) {
            fault.strike(request, moment);
        }
    }

    private void watch(HttpExchange exchange, Route route, Query query, Selector selector)
            throws IOException, InterruptedException {
        boolean initialEvents = query.flag("sendInitialEvents");
        long version = query.number("resourceVersion");
        long timeout = query.number("timeoutSeconds");
        Subscription subscription;
        try {
            subscription = route.resource().watch(initialEvents || version == 0 ? null : Long.valueOf(version));
        } catch (ApiException e) {
            begin(exchange);
            try (OutputStream out = exchange.getResponseBody()) {
                WatchStream.event(out, "ERROR", Json.write(e.status()));
            }
            return;
        }
        WatchStream.Options options = new WatchStream.Options(
                object -> (route.namespace().isEmpty() || route.namespace().equals(object.namespace()))
                        && selector.test(object.json()),
                query.flag("allowWatchBookmarks"),
                initialEvents,
                timeout > 0 ? Duration.ofSeconds(timeout) : LONGEST_WATCH);
        stream(exchange, new WatchStream(route.resource(), subscription, options, exchange.getResponseBody()));
    }

    private void stream(HttpExchange exchange, WatchStream stream) throws IOException, InterruptedException {
        watches.opened(stream);
        try {
            begin(exchange);
            if (!stream.run()) {
                throw dropConnection(new IOException("watch dropped"));
            }
            exchange.close();
        } finally {
            watches.closed(stream);
        }
    }

    private static void begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (answer.status() == 429) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        int length = answer.body().length;
        exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    /** What leaves a handler makes the server close the connection, which is the only way to get there. */
    private static UncheckedIOException dropConnection(Exception why) {
        LOG.debug("Connection dropped: {}", why.toString());
        return new UncheckedIOException(why instanceof IOException io ? io : new IOException(why));
    }
}

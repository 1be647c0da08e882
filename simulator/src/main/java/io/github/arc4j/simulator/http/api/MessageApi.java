package io.github.arc4j.simulator.http.api;

import io.github.arc4j.simulator.Statistics;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Json;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Sessions;
import io.github.arc4j.simulator.service.Sessions.Key;
import io.github.arc4j.simulator.service.state.JobMessage;
import io.github.arc4j.simulator.service.state.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The message queue: long polls and deletion of messages. */
public final class MessageApi {
    private static final String PATH = ScaleSetApi.PATH + "/{id}/messages";
    private static final String CAPACITY = "X-ScaleSetMaxCapacity";

    private final Sessions sessions;
    private final Duration pollTimeout;
    private final ViolationLog violations;

    public MessageApi(Sessions sessions, Duration pollTimeout, ViolationLog violations) {
        this.sessions = sessions;
        this.pollTimeout = pollTimeout;
        this.violations = violations;
    }

    private record WireMessage(long messageId, String messageType, String body, Statistics statistics) {}

    public List<Route> routes() {
        return List.of(Route.queue("GET", PATH, this::poll), Route.queue("DELETE", PATH + "/{message}", this::delete));
    }

    private Response poll(Call call) throws InterruptedException {
        String last = call.query().get("lastMessageId");
        long after = last == null ? 0 : call.number(last);
        if (!sessions.knownMessage(key(call), after)) {
            violations.add(call, "poll", "lastMessageId was never sent");
        }
        return sessions.poll(key(call), after, capacity(call), pollTimeout)
                .map(message -> Response.ok(wire(call, message)))
                .orElseGet(() -> Response.empty(202));
    }

    private int capacity(Call call) {
        String value = call.header(CAPACITY);
        if (!value.matches("\\d{1,10}")) {
            violations.add(call, "capacity", value.isEmpty() ? "no " + CAPACITY + " header" : "not a number: " + value);
            return Integer.MAX_VALUE;
        }
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(value));
    }

    private static WireMessage wire(Call call, Message message) {
        String acquireUrl = call.serviceUrl() + ScaleSetApi.PATH + "/" + call.id() + "/acquirejobs";
        List<JobMessage> elements = message.elements().stream()
                .map(element -> element.withAcquireJobUrl(acquireUrl))
                .toList();
        return new WireMessage(message.id(), "RunnerScaleSetJobMessages", Json.text(elements), message.statistics());
    }

    /** Prepends elements, a JSON array, to those of a message; returns any other response unchanged. */
    public static Response withElements(Response response, String elements) {
        if (response.status() != 200) {
            return response;
        }
        WireMessage message = Json.read(response.body(), WireMessage.class);
        List<Object> batch = new ArrayList<>(Json.list(elements));
        batch.addAll(Json.list(message.body()));
        WireMessage extended =
                new WireMessage(message.messageId(), message.messageType(), Json.text(batch), message.statistics());
        return new Response(200, response.headers(), Json.bytes(extended));
    }

    private Response delete(Call call) {
        long id = call.number(call.variable("message"));
        if (!sessions.delete(key(call), id)) {
            violations.addUnlessRepeated(call, "message", "deleted twice, or never sent");
            throw ServiceException.messageNotFound(id);
        }
        return Response.empty(204);
    }

    private static Key key(Call call) {
        Key key = SessionApi.keyOfToken(call);
        if (!key.id().toString().equals(call.query().get("sessionId"))) {
            throw ServiceException.unauthorized("The token is not for this session.");
        }
        return key;
    }
}

package io.github.arc4j.actions.internal.service;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.errors.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.internal.call.ServiceErrors;
import io.github.arc4j.actions.internal.concurrent.SingleFlight;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.internal.http.Call.Target;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.http.Urls;
import io.github.arc4j.actions.internal.json.Json;
import io.github.arc4j.actions.internal.json.Messages;
import io.github.arc4j.actions.internal.json.Responses;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.model.Statistics;
import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A message session. When the queue's token expires, the whole state received from the service is replaced. */
final class QueueSession implements MessageSession {
    private static final UUID NO_ID = new UUID(0, 0);

    private record State(UUID id, URI queue, String token) {
        @Override
        public String toString() {
            return "State[id=" + id + "]";
        }
    }

    private record Opened(State state, Statistics statistics) {}

    /** A call that requires the queue's token. */
    @FunctionalInterface
    private interface QueueCall<T> {
        T call(State state) throws InterruptedException;
    }

    private final Service service;
    private final Timeouts timeouts;
    private final String scaleSetPath;
    private final Statistics initialStatistics;
    private final SingleFlight<State> state;
    private final AtomicBoolean closed = new AtomicBoolean();

    private QueueSession(Service service, Timeouts timeouts, String scaleSetPath, Opened opened) {
        this.service = service;
        this.timeouts = timeouts;
        this.scaleSetPath = scaleSetPath;
        this.initialStatistics = opened.statistics();
        this.state = new SingleFlight<>(opened.state());
    }

    static QueueSession open(Service service, Timeouts timeouts, String scaleSetPath, String owner)
            throws InterruptedException {
        String body = Json.write(out -> {
            out.writeStringField("sessionId", NO_ID.toString());
            out.writeStringField("ownerName", owner);
        });
        ServiceRequest request = ServiceRequest.send(
                        "openSession", Effect.ONCE, "POST", scaleSetPath + "/sessions", body)
                .aboutSession();
        try {
            return new QueueSession(service, timeouts, scaleSetPath, service.call(request, QueueSession::readOpened));
        } catch (InvalidResponseException e) {
            if (e.getCause() instanceof UnusableSessionException unusable) {
                // otherwise the session would block the next attempt until it expires
                deletion(service, timeouts, scaleSetPath, unusable.id()).run();
            }
            throw e;
        }
    }

    @Override
    public UUID id() {
        return current().id();
    }

    @Override
    public Statistics initialStatistics() {
        return initialStatistics;
    }

    @Override
    public Optional<Message> poll(long lastMessageId, int maxCapacity) throws InterruptedException {
        return withToken(current -> {
            Map<String, String> headers = headers(current);
            headers.put("Accept", "application/json; api-version=" + Service.API_VERSION);
            headers.put("X-ScaleSetMaxCapacity", Integer.toString(maxCapacity));
            URI uri = lastMessageId > 0
                    ? Urls.withQuery(current.queue(), "lastMessageId", Long.toString(lastMessageId))
                    : current.queue();
            Call call = queueCall("poll", Effect.LONG_POLL, "GET", uri, headers, s -> s == 200 || s == 202);
            Response response = service.caller().call(call);
            return response.status() == 202 ? Optional.empty() : Optional.of(message(call, response));
        });
    }

    @Override
    public void deleteMessage(long messageId) throws InterruptedException {
        withToken(current -> {
            Map<String, String> headers = headers(current);
            headers.put("Content-Type", "application/json");
            URI uri = Urls.withSegment(current.queue(), Long.toString(messageId));
            // 404: an earlier attempt deleted the message
            Call call =
                    queueCall("deleteMessage", Effect.IDEMPOTENT, "DELETE", uri, headers, s -> s == 204 || s == 404);
            return service.caller().call(call);
        });
    }

    @Override
    public List<Long> acquireJobs(List<Long> requestIds) throws InterruptedException {
        if (requestIds.isEmpty()) {
            return List.of();
        }
        ServiceRequest request = new ServiceRequest(
                "acquireJobs",
                Effect.IDEMPOTENT,
                Target.QUEUE,
                "POST",
                scaleSetPath + "/acquirejobs",
                Map.of(),
                Json.write(requestIds),
                ServiceRequest.is(200));
        return withToken(current -> service.callWith(current.token(), request, Json::readNumbers));
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        deletion(service, timeouts, scaleSetPath, id()).run();
    }

    /** Returns the deletion of a session, which may have been opened by another process. */
    static SessionDeletion deletion(Service service, Timeouts timeouts, String scaleSetPath, UUID id) {
        return new SessionDeletion(service, sessionPath(scaleSetPath, id), timeouts.close());
    }

    /** Executes the call; if the queue's token has expired, renews the session and repeats the call once. */
    private <T> T withToken(QueueCall<T> call) throws InterruptedException {
        if (closed.get()) {
            throw new IllegalStateException("the message session is closed");
        }
        State current = current();
        try {
            return call.call(current);
        } catch (MessageQueueTokenExpiredException e) {
            return call.call(state.renew(current, this::refresh));
        }
    }

    private State current() {
        return Objects.requireNonNull(state.value());
    }

    private State refresh() throws InterruptedException {
        ServiceRequest request = ServiceRequest.send(
                        "refreshSession", Effect.IDEMPOTENT, "PATCH", sessionPath(scaleSetPath, id()), null)
                .aboutSession();
        return service.call(request, QueueSession::readRefreshed);
    }

    private Call queueCall(
            String operation,
            Effect effect,
            String method,
            URI uri,
            Map<String, String> headers,
            IntPredicate success) {
        return new Call(
                operation,
                effect,
                Target.QUEUE,
                method,
                uri,
                headers,
                null,
                effect == Effect.LONG_POLL ? timeouts.poll() : timeouts.call(),
                success);
    }

    private Map<String, String> headers(State current) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + current.token());
        headers.put("User-Agent", service.userAgent());
        return headers;
    }

    private static String sessionPath(String scaleSetPath, UUID id) {
        return scaleSetPath + "/sessions/" + id;
    }

    private static Message message(Call call, Response response) {
        try {
            return Messages.parse(response.body());
        } catch (Messages.UnreadableException e) {
            throw ServiceErrors.invalid(call, response, e);
        }
    }

    private static Opened readOpened(byte[] body) throws IOException {
        JsonObject response = JsonObject.read(body);
        UUID id = readId(response);
        try {
            @Nullable Statistics statistics = Responses.statistics(response);
            if (statistics == null) {
                throw new IOException("a session without statistics");
            }
            return new Opened(readState(id, response), statistics);
        } catch (IOException e) {
            throw new UnusableSessionException(id, e);
        }
    }

    private static State readRefreshed(byte[] body) throws IOException {
        JsonObject response = JsonObject.read(body);
        return readState(readId(response), response);
    }

    private static UUID readId(JsonObject response) throws IOException {
        @Nullable UUID id = response.uuid("sessionId");
        if (id == null || id.equals(NO_ID)) {
            throw new IOException("a session without an id");
        }
        return id;
    }

    /**
     * Parses the state without the statistics, which are required only in the response to opening a session, as in the
     * Go library.
     */
    private static State readState(UUID id, JsonObject response) throws IOException {
        String url = response.text("messageQueueUrl");
        String token = response.text("messageQueueAccessToken");
        if (url.isEmpty() || token.isEmpty()) {
            throw new IOException("a session without a message queue");
        }
        return new State(id, Urls.absolute(url, "the message queue's URL"), token);
    }

    @Override
    public String toString() {
        return "MessageSession[" + id() + "]";
    }
}

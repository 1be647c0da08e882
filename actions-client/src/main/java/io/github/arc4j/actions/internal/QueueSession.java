package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.Message;
import io.github.arc4j.actions.MessageQueueTokenExpiredException;
import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetNotFoundException;
import io.github.arc4j.actions.SessionExpiredException;
import io.github.arc4j.actions.Statistics;
import io.github.arc4j.actions.Timeouts;
import io.github.arc4j.actions.internal.Call.Effect;
import io.github.arc4j.actions.internal.Call.Target;
import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message session. When the queue's token expires, the whole state received from the service is replaced. */
final class QueueSession implements MessageSession {
    private static final Logger LOG = LoggerFactory.getLogger(QueueSession.class);
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
        return new QueueSession(service, timeouts, scaleSetPath, service.call(request, QueueSession::readOpened));
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
        // Use a separate thread: a shutdown often arrives as an interrupt, and the deletion must not exceed its
        // timeout.
        Thread deletion = new Thread(this::delete, "delete-session-" + id());
        deletion.setDaemon(true);
        deletion.start();
        boolean interrupted = Thread.interrupted();
        try {
            deletion.join(timeouts.close().toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        deletion.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void delete() {
        try {
            delete(service, scaleSetPath, id());
        } catch (ActionsException e) {
            LOG.warn("Failed to delete the message session: {}", e.getMessage());
        } catch (InterruptedException e) {
            LOG.warn("Failed to delete the message session {} in time", id());
        }
    }

    /** Deletes a session, which may have been opened by another process. */
    static void delete(Service service, String scaleSetPath, UUID id) throws InterruptedException {
        try {
            service.call(ServiceRequest.delete("closeSession", sessionPath(scaleSetPath, id))
                    .aboutSession());
        } catch (SessionExpiredException | ScaleSetNotFoundException e) {
            LOG.debug("The message session was over already: {}", e.getMessage());
        }
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
        State current = state.value();
        if (current == null) {
            throw new IllegalStateException("no session");
        }
        return current;
    }

    private State refresh() throws InterruptedException {
        ServiceRequest request = ServiceRequest.send(
                        "refreshSession", Effect.IDEMPOTENT, "PATCH", sessionPath(scaleSetPath, id()), null)
                .aboutSession();
        return service.call(request, body -> readState(JsonObject.read(body)));
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
            throw ServiceErrors.invalid(call, response, String.valueOf(e.getMessage()), e, e.messageId());
        }
    }

    private static Opened readOpened(byte[] body) throws IOException {
        JsonObject answer = JsonObject.read(body);
        State state = readState(answer);
        @Nullable Statistics statistics = Answers.statistics(answer);
        if (statistics == null) {
            throw new IOException("a session without statistics");
        }
        return new Opened(state, statistics);
    }

    /**
     * Parses the state without the statistics, which are required only in the response to opening a session, as in the
     * Go library.
     */
    private static State readState(JsonObject answer) throws IOException {
        @Nullable UUID id = answer.uuid("sessionId");
        if (id == null || id.equals(NO_ID)) {
            throw new IOException("a session without an id");
        }
        String url = answer.text("messageQueueUrl");
        String token = answer.text("messageQueueAccessToken");
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

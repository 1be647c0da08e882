package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A complete reply.
 *
 * @param retryAfterSeconds value of the header {@code Retry-After}; 0 if there is none
 */
record Answer(int status, String contentType, byte[] body, int retryAfterSeconds) implements Reply {
    private static final String JSON = "application/json";

    /** The server has not processed the request, because it is overloaded. */
    static final Answer OVERLOADED = new Answer(
            429,
            "text/plain; charset=utf-8",
            "Too many requests, please try again later.\n".getBytes(StandardCharsets.US_ASCII),
            1);

    Answer(int status, byte[] json) {
        this(status, JSON, json, 0);
    }

    static Answer of(ApiException failure) {
        return new Answer(failure.code(), JSON, Json.write(failure.status()), failure.retryAfterSeconds());
    }

    static Answer ok(StoredObject object) {
        return new Answer(200, object.bytes());
    }

    static Answer created(StoredObject object) {
        return new Answer(201, object.bytes());
    }

    @Override
    public void send(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (retryAfterSeconds > 0) {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfterSeconds));
        }
        // -1 means no body; 0 would mean a body of unknown length.
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}

package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpExchange;
import io.github.arc4j.kube.store.ApiException;
import io.github.arc4j.kube.store.Json;
import io.github.arc4j.kube.store.StoredObject;
import java.io.IOException;
import java.io.OutputStream;

/** A reply that is ready: a body of JSON and its HTTP status. */
record Answer(int status, byte[] body) implements Reply {

    static Answer of(ApiException failure) {
        return new Answer(failure.code(), Json.write(failure.status()));
    }

    static Answer ok(StoredObject object) {
        return new Answer(200, object.bytes());
    }

    static Answer created(StoredObject object) {
        return new Answer(201, object.bytes());
    }

    @Override
    public void send(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (status == 429) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        // -1 stands for no body, 0 would stand for one of unknown length.
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}

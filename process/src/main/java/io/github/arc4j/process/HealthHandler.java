package io.github.arc4j.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Responds to a probe with 200 {@code ok}, or with 503 and the problem. */
public final class HealthHandler implements HttpHandler {
    private final Supplier<Optional<String>> problem;

    /** @param problem called for each probe, must not block; empty if there is no problem */
    public HealthHandler(Supplier<Optional<String>> problem) {
        this.problem = problem;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Optional<String> wrong = problem.get();
        byte[] body = wrong.orElse("ok").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(wrong.isPresent() ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
    }
}

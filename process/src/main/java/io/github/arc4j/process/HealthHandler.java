package io.github.arc4j.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers a probe: 200 {@code ok}, or 503 with what is wrong. */
public final class HealthHandler implements HttpHandler {
    private final Supplier<Optional<String>> problem;

    /** @param problem asked at each probe, must not block; empty when all is well */
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

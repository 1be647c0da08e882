package io.github.arc4j.process.http;

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
    public HttpReply handle(HttpCall call) {
        Optional<String> found = problem.get();
        return found.isPresent() ? HttpReply.text(503, found.get()) : HttpReply.text(200, "ok");
    }

    @Override
    public boolean isQuick() {
        return true;
    }
}

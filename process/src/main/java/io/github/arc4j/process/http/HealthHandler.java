package io.github.arc4j.process.http;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Responds to a probe with 200 {@code ok}, or with 503 and the problem. */
public final class HealthHandler implements HttpHandler {
    private final Supplier<Optional<String>> problem;

    /** @param problem called for each probe, must not block; empty if there is no problem */
    public HealthHandler(Supplier<Optional<String>> problem) {
        this.problem = problem;
    }

    /** Returns the handlers of a process's liveness and readiness probes by path. */
    public static Map<String, HttpHandler> probes(
            Supplier<Optional<String>> livenessProblem, Supplier<Optional<String>> readinessProblem) {
        return Map.of("/healthz", new HealthHandler(livenessProblem), "/readyz", new HealthHandler(readinessProblem));
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

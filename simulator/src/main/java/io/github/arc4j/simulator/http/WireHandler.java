package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.arc4j.simulator.Fault;
import io.github.arc4j.simulator.Fault.Action;
import io.github.arc4j.simulator.Faults;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.http.Route.Surface;
import io.github.arc4j.simulator.service.ServiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the endpoint of a call, checks the call, lets faults strike, and writes the answer. */
final class WireHandler implements HttpHandler {
    private final SimulatorOptions options;
    private final List<Route> routes;
    private final RequestChecks checks;
    private final Faults faults;
    private final ViolationLog violations;

    WireHandler(
            SimulatorOptions options,
            List<Route> routes,
            RequestChecks checks,
            Faults faults,
            ViolationLog violations) {
        this.options = options;
        this.routes = routes;
        this.checks = checks;
        this.faults = faults;
        this.violations = violations;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.read(exchange, options.publicUrl());
            for (Route route : routes) {
                Map<String, String> variables = route.match(call.method(), call.path());
                if (variables != null) {
                    serve(exchange, route, call.on(route, variables));
                    return;
                }
            }
            serve(exchange, null, call);
        } catch (InterruptedException e) {
            // The simulator is being closed; so is the connection.
            Thread.currentThread().interrupt();
        }
    }

    private void serve(HttpExchange exchange, @Nullable Route route, Call call)
            throws IOException, InterruptedException {
        if (route == null ? call.path().startsWith("/sim/") : route.surface() == Surface.ADMIN) {
            write(exchange, answer(route, call));
            return;
        }
        Thread.sleep(options.latency().toMillis());
        Fault fault = faults.hit(call.method(), call.path()).orElse(null);
        if (fault == null) {
            write(exchange, answer(route, call));
        } else {
            strike(fault, exchange, route, call);
        }
    }

    private void strike(Fault fault, HttpExchange exchange, @Nullable Route route, Call call)
            throws IOException, InterruptedException {
        Response answer = null;
        boolean late = fault.action() == Action.DELAY && !fault.afterEffect();
        if (fault.afterEffect() || fault.action() == Action.TRUNCATE) {
            answer = answer(route, call);
            if (fault.action() != Action.DELAY && answer.status() < 300) {
                violations.expectRepeat(call);
            }
        }
        switch (fault.action()) {
            case ANSWER -> write(exchange, Response.of(fault.status(), fault.headers(), fault.body()));
            case GARBAGE ->
                write(exchange, Response.of(200, Map.of("Content-Type", "application/json"), "\u0000{]garbage"));
            case DROP -> exchange.close();
            case HANG -> Thread.sleep(fault.delay().toMillis());
            case TRUNCATE -> {
                if (answer != null) {
                    writeHalf(exchange, answer);
                }
            }
            case DELAY -> {
                Thread.sleep(fault.delay().toMillis());
                write(exchange, late || answer == null ? answer(route, call) : answer);
            }
        }
    }

    private Response answer(@Nullable Route route, Call call) throws InterruptedException {
        Response response;
        try {
            if (route == null) {
                if (!call.path().startsWith("/sim/")) {
                    violations.add(call, "unknown-endpoint", "no such endpoint");
                }
                throw ServiceException.notFound("Not Found");
            }
            if (route.surface() != Surface.ADMIN) {
                checks.check(route, call);
            }
            response = route.handle(call);
        } catch (ServiceException e) {
            response = error(e, route);
        } catch (IllegalArgumentException e) {
            response = error(ServiceException.badRequest(String.valueOf(e.getMessage())), route);
        }
        boolean service = call.path().startsWith("/tenant/");
        return response.withHeader(
                service ? "ActivityId" : "X-GitHub-Request-Id",
                UUID.randomUUID().toString());
    }

    private static Response error(ServiceException error, @Nullable Route route) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (route != null && (route.surface() == Surface.SERVICE || route.surface() == Surface.QUEUE)) {
            body.put("$id", "1");
            body.put("innerException", null);
            body.put("message", error.message());
            body.put("typeName", error.typeName());
            body.put("typeKey", error.typeName().replaceAll(",.*|[^,]*\\.(?=[^.,]*(,|$))", ""));
            body.put("errorCode", 0);
            body.put("eventId", 3000);
        } else {
            body.put("message", error.message());
            body.put("documentation_url", "https://docs.github.com/rest");
            body.put("status", String.valueOf(error.status()));
        }
        return Response.json(error.status(), body);
    }

    private static void write(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = response.body();
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static void writeHalf(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = response.body();
        if (body.length > 0) {
            exchange.sendResponseHeaders(response.status(), body.length);
            OutputStream out = exchange.getResponseBody();
            out.write(Arrays.copyOf(body, body.length / 2));
            out.flush();
        }
    }
}

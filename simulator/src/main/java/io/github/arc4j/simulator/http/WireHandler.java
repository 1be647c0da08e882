package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Fault;
import io.github.arc4j.simulator.faults.Fault.Action;
import io.github.arc4j.simulator.faults.Faults;
import io.github.arc4j.simulator.http.api.MessageApi;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Endpoints;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import java.io.IOException;
import java.util.Map;

/** Handles calls: adds the latency, applies faults, and writes the responses. Neither applies to the admin API. */
final class WireHandler implements HttpHandler {
    private static final Response GARBAGE =
            Response.of(200, Map.of("Content-Type", "application/json"), "\u0000\u001f{]\ufffdgarbage");

    private final SimulatorOptions options;
    private final Endpoints endpoints;
    private final Faults faults;
    private final ViolationLog violations;

    WireHandler(SimulatorOptions options, Endpoints endpoints, Faults faults, ViolationLog violations) {
        this.options = options;
        this.endpoints = endpoints;
        this.faults = faults;
        this.violations = violations;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.read(exchange, options.publicUrl());
            if (call.isAdmin()) {
                Responses.write(exchange, endpoints.respond(call));
                return;
            }
            Thread.sleep(options.latency().toMillis());
            Fault fault = faults.hit(call.method(), call.path()).orElse(null);
            if (fault == null) {
                Responses.write(exchange, endpoints.respond(call));
            } else {
                apply(fault, exchange, call);
            }
        } catch (InterruptedException e) {
            // The simulator is closing, which also closes the connection.
            Thread.currentThread().interrupt();
        }
    }

    private void apply(Fault fault, HttpExchange exchange, Call call) throws IOException, InterruptedException {
        if (fault.action() == Action.DELAY && !fault.afterEffect()) {
            Thread.sleep(fault.delay().toMillis());
        }
        if (!fault.hasEffect()) {
            fail(fault, exchange);
            return;
        }
        Response response = endpoints.respond(call);
        violations.expectRepeat(call);
        switch (fault.action()) {
            case TRUNCATE -> Responses.writeHalf(exchange, response);
            case STALL -> {
                Responses.writeHalf(exchange, response);
                Thread.sleep(fault.delay().toMillis());
            }
            case ADD_ELEMENTS -> Responses.write(exchange, MessageApi.withElements(response, fault.body()));
            case ADD_ASSIGNED_JOBS ->
                Responses.write(exchange, WireStatistics.withAssignedJobs(response, fault.jobs()));
            case DRIP -> Responses.drip(exchange, response, fault.delay());
            case DELAY -> {
                Thread.sleep(fault.afterEffect() ? fault.delay().toMillis() : 0);
                Responses.write(exchange, response);
            }
            case ANSWER, DROP, GARBAGE, HANG -> fail(fault, exchange);
        }
    }

    /**
     * Applies a fault that does not need the real response. Without any response, the connection is closed with the
     * exchange.
     */
    private static void fail(Fault fault, HttpExchange exchange) throws IOException, InterruptedException {
        switch (fault.action()) {
            case ANSWER -> Responses.write(exchange, Response.of(fault.status(), fault.headers(), fault.body()));
            case GARBAGE -> Responses.write(exchange, GARBAGE);
            case HANG -> Thread.sleep(fault.delay().toMillis());
            case DROP, TRUNCATE, STALL, ADD_ELEMENTS, ADD_ASSIGNED_JOBS, DELAY, DRIP -> {}
        }
    }
}

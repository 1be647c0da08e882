package io.github.arc4j.simulator.http.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.arc4j.simulator.RunnerExit;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.Runners;
import io.github.arc4j.simulator.service.Runners.Attempt;
import io.github.arc4j.simulator.service.Runners.Connection;
import io.github.arc4j.simulator.service.Runners.Rejected;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The lifetime of a runner's process as one call: the request body is the encoded JIT config; the response continues,
 * with an empty line per heartbeat, until the process ends, and its last line is {@code exit=<code> result=<result>}.
 */
public final class RunnerCall implements HttpHandler {
    public static final String PATH = "/sim/runner";

    private final Runners runners;
    private final Duration heartbeat;
    private final ViolationLog violations;

    public RunnerCall(Runners runners, Duration heartbeat, ViolationLog violations) {
        this.runners = runners;
        this.heartbeat = heartbeat;
        this.violations = violations;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String encoded = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            JitConfig config;
            try {
                config = JitConfig.decode(encoded);
            } catch (IllegalArgumentException e) {
                exchange.sendResponseHeaders(400, 0);
                write(exchange.getResponseBody(), "exit=1 result=no-jit-config");
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            run(config, exchange.getResponseBody());
        } catch (InterruptedException e) {
            // The simulator is closing, which also closes the connection.
            Thread.currentThread().interrupt();
        }
    }

    private void run(JitConfig config, OutputStream out) throws IOException, InterruptedException {
        Attempt attempt = runners.connect(config.runnerId(), config.secret());
        violations.check(attempt, "POST " + PATH);
        if (attempt instanceof Rejected rejected) {
            write(out, rejected.exit());
        } else if (attempt instanceof Connection process) {
            try (process) {
                if (process.isOnline()) {
                    write(out, "runner " + process.runnerName() + " is online");
                }
                awaitJob(process, out);
                write(out, awaitEnd(process, out));
            }
        }
    }

    private void awaitJob(Connection process, OutputStream out) throws IOException, InterruptedException {
        Optional<String> job;
        while ((job = process.awaitJob(heartbeat)).isEmpty()
                && process.awaitEnd(Duration.ZERO).isEmpty()) {
            write(out, "");
        }
        if (job.isPresent()) {
            write(out, "job " + job.get() + " started");
        }
    }

    private RunnerExit awaitEnd(Connection process, OutputStream out) throws IOException, InterruptedException {
        Optional<RunnerExit> exit;
        while ((exit = process.awaitEnd(heartbeat)).isEmpty()) {
            write(out, "");
        }
        return exit.get();
    }

    private static void write(OutputStream out, RunnerExit exit) throws IOException {
        write(out, "exit=" + exit.exitCode() + " result=" + exit.result());
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}

package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.http.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes calls, with retries where these are safe. */
public final class Caller {
    private static final Logger log = LoggerFactory.getLogger(Caller.class);

    private final Transport transport;
    private final @Nullable Circuits circuits;
    private final ServerClock clock;
    private final Sleeper sleeper;
    private final ClientMetrics metrics;
    private final RetryPolicy policy;

    /** @param circuits the circuit breakers; null if they are disabled */
    public Caller(
            Transport transport,
            @Nullable Circuits circuits,
            RetrySettings settings,
            ServerClock clock,
            Sleeper sleeper,
            ClientMetrics metrics) {
        this.transport = transport;
        this.circuits = circuits;
        this.clock = clock;
        this.sleeper = sleeper;
        this.metrics = metrics;
        this.policy = new RetryPolicy(settings);
    }

    /** Executes the call; the returned response has a success status. */
    public Response call(Call call) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return circuits == null ? attempt(call) : circuits.guard(call, () -> attempt(call));
            } catch (ActionsException e) {
                Optional<Duration> wait = policy.waitAfter(call.effect(), e, failures);
                if (wait.isEmpty() || transport.isClosed()) {
                    throw e;
                }
                log.debug(
                        "Retrying {} in {} ms: {}", call.operation(), wait.get().toMillis(), e.getMessage());
                metrics.retry(call.operation(), e.status(), wait.get());
                sleeper.sleep(wait.get());
            }
        }
    }

    private Response attempt(Call call) throws InterruptedException {
        long start = System.nanoTime();
        int status = 0;
        try {
            Response response = transport.exchange(call);
            status = response.status();
            if (call.target() == Call.Target.REST) {
                clock.observe(response);
            }
            if (!call.success().test(status)) {
                throw ServiceErrors.of(call, response, clock.now());
            }
            return response;
        } catch (IOException e) {
            transport.reportUnreachable(call.uri(), e, metrics);
            throw Connections.failure(call, transport.proxyFor(call.uri()), e);
        } finally {
            metrics.attempt(call.operation(), status, Duration.ofNanos(System.nanoTime() - start));
        }
    }
}

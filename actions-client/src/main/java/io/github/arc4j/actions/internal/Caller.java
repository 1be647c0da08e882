package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.CircuitOpenException;
import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.internal.Call.Effect;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes calls: tries, judges, waits and tries again as far as that is safe. */
public final class Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

    private final Transport transport;
    private final @Nullable Circuits circuits;
    private final ServerClock clock;
    private final Sleeper sleeper;
    private final ClientMetrics metrics;
    private final Map<Effect, Retry> retries = new EnumMap<>(Effect.class);

    /**
     * Creates a caller.
     *
     * @param circuits null for none
     */
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
        for (Effect effect : Effect.values()) {
            retries.put(effect, Retry.of("actions-" + effect, config(settings, effect)));
        }
    }

    /** Makes the call; the answer has a status of success. */
    Response call(Call call) throws InterruptedException {
        Retry.AsyncContext<Response> retry = retry(call.effect()).asyncContext();
        while (true) {
            try {
                Response response = circuits == null ? attempt(call) : circuits.guard(call, () -> attempt(call));
                retry.onComplete();
                return response;
            } catch (ActionsException e) {
                long wait = retry.onError(e);
                if (wait < 0 || transport.isClosed()) {
                    throw e;
                }
                LOG.debug("Trying {} again in {} ms: {}", call.operation(), wait, e.getMessage());
                metrics.retry(call.operation(), e.status(), Duration.ofMillis(wait));
                sleeper.sleep(Duration.ofMillis(wait));
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
            throw Connections.failure(call, e);
        } finally {
            metrics.attempt(call.operation(), status, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private Retry retry(Effect effect) {
        Retry retry = retries.get(effect);
        if (retry == null) {
            throw new IllegalStateException(effect.toString());
        }
        return retry;
    }

    private static RetryConfig config(RetrySettings settings, Effect effect) {
        IntervalFunction backOff = IntervalFunction.ofExponentialRandomBackoff(
                settings.initialDelay(), settings.multiplier(), settings.jitter(), settings.maxDelay());
        Predicate<ActionsException> retryable = retryable(effect);
        return RetryConfig.<Response>custom()
                .maxAttempts(settings.maxAttempts())
                .retryOnException(failure -> failure instanceof ActionsException e
                        && !(e instanceof CircuitOpenException)
                        && retryable.test(e)
                        && e.retryAfter().orElse(Duration.ZERO).compareTo(settings.maxRetryAfter()) <= 0)
                .intervalBiFunction((attempt, outcome) -> outcome.getLeft() instanceof ActionsException e
                        ? e.retryAfter().map(Duration::toMillis).orElseGet(() -> backOff.apply(attempt))
                        : backOff.apply(attempt))
                .build();
    }

    private static Predicate<ActionsException> retryable(Effect effect) {
        return switch (effect) {
            case NONE, IDEMPOTENT -> ActionsException::retryable;
            case NONE_REFUSAL_MAY_PASS -> e -> e.retryable() || e instanceof AuthenticationException;
            case LONG_POLL -> e -> e.retryable() && !ranIntoLimit(e);
            case ONCE -> e -> e.retryable() && !e.outcomeUnknown();
        };
    }

    private static boolean ranIntoLimit(ActionsException e) {
        return e.getCause() instanceof HttpTimeoutException && !(e.getCause() instanceof HttpConnectTimeoutException);
    }
}

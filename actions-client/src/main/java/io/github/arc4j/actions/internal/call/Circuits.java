package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.CircuitBreakerSettings;
import io.github.arc4j.actions.CircuitState;
import io.github.arc4j.actions.ClientMetrics;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.internal.http.NotSentException;
import io.github.arc4j.actions.internal.http.Response;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Circuit breakers, one for each host. */
public final class Circuits {
    /** No call counts as slow: a call that takes too long times out and counts as a failure. */
    private static final Duration NEVER_SLOW = Duration.ofDays(1);

    /** One attempt of a call. */
    @FunctionalInterface
    interface Attempt {
        Response run() throws InterruptedException;
    }

    private final Duration openFor;
    private final CircuitBreakerRegistry breakers;

    /** Creates the circuit breakers; the initial state is closed. */
    public Circuits(CircuitBreakerSettings settings, ClientMetrics metrics) {
        openFor = settings.openFor();
        breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.minimum())
                .failureRateThreshold((float) (settings.failureRate() * 100))
                .waitDurationInOpenState(openFor)
                .permittedNumberOfCallsInHalfOpenState(settings.trials())
                .slowCallDurationThreshold(NEVER_SLOW)
                .recordException(Circuits::isFailureOfHost)
                .build());
        breakers.getEventPublisher()
                .onEntryAdded(added -> added.getAddedEntry()
                        .getEventPublisher()
                        .onStateTransition(event -> metrics.circuit(
                                event.getCircuitBreakerName(),
                                state(event.getStateTransition().getToState()))));
    }

    /** Executes an attempt and records its result, unless the host's circuit breaker rejects the call. */
    Response guard(Call call, Attempt attempt) throws InterruptedException {
        if (call.effect() == Effect.LONG_POLL) {
            return attempt.run();
        }
        CircuitBreaker breaker =
                breakers.circuitBreaker(String.valueOf(call.uri().getRawAuthority()));
        if (!breaker.tryAcquirePermission()) {
            throw new CallNotPermittedException(
                    "request " + call + " failed: not sent, because " + breaker.getName()
                            + " failed too often; calls are permitted again after at most " + openFor.toMillis()
                            + " ms",
                    new ErrorDetails(0, "", "", "", openFor, true, false));
        }
        long start = System.nanoTime();
        try {
            Response response = attempt.run();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return response;
        } catch (ActionsException e) {
            if (e.getCause() instanceof NotSentException) {
                // the outcome says nothing about the host
                breaker.releasePermission();
            } else {
                // counts as a success unless isFailureOfHost
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            }
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            breaker.releasePermission();
            throw e;
        }
    }

    private static boolean isFailureOfHost(Throwable failure) {
        return failure instanceof ConnectionException
                || (failure instanceof ActionsException e && e.status() >= 500 && e.status() != 501);
    }

    private static CircuitState state(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> CircuitState.OPEN;
            case HALF_OPEN -> CircuitState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> CircuitState.CLOSED;
        };
    }
}

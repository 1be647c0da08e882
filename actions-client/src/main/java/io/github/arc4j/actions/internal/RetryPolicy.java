package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.CircuitOpenException;
import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.internal.Call.Effect;
import io.github.resilience4j.core.IntervalFunction;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Whether a call that failed is tried again, and when. */
final class RetryPolicy {
    private final RetrySettings settings;
    private final Effect effect;
    private final IntervalFunction backOff;

    RetryPolicy(RetrySettings settings, Effect effect) {
        this.settings = settings;
        this.effect = effect;
        this.backOff = IntervalFunction.ofExponentialRandomBackoff(
                settings.initialDelay(), settings.multiplier(), settings.jitter(), settings.maxDelay());
    }

    /**
     * The wait before the next try; empty if there is none.
     *
     * @param failures how often the call has failed so far
     */
    Optional<Duration> waitAfter(ActionsException failure, int failures) {
        if (failures >= settings.maxAttempts() || failure instanceof CircuitOpenException || !mayPass(failure)) {
            return Optional.empty();
        }
        Optional<Duration> asked = failure.retryAfter();
        if (asked.isEmpty()) {
            return Optional.of(Duration.ofMillis(backOff.apply(failures)));
        }
        Duration wait = RetryAfter.atLeast(asked.get(), failures);
        return wait.compareTo(settings.maxRetryAfter()) > 0 ? Optional.empty() : Optional.of(wait);
    }

    private boolean mayPass(ActionsException failure) {
        return switch (effect) {
            case NONE, IDEMPOTENT -> failure.retryable();
            case NONE_REFUSAL_MAY_PASS -> failure.retryable() || failure instanceof AuthenticationException;
            case LONG_POLL -> failure.retryable() && !ranIntoLimit(failure);
            case ONCE -> failure.retryable() && !failure.outcomeUnknown();
        };
    }

    private static boolean ranIntoLimit(ActionsException e) {
        return e.getCause() instanceof HttpTimeoutException && !(e.getCause() instanceof HttpConnectTimeoutException);
    }
}

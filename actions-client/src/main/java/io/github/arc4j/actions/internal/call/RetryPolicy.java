package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.RetrySettings;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.wire.Backoff;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Decides whether and when a failed call is retried. */
final class RetryPolicy {
    /**
     * A new registration token takes time to reach all of GitHub's servers; the Go client retries just as long,
     * whatever its settings.
     */
    private static final RetrySettings NEW_TOKEN_REJECTED = RetrySettings.DEFAULT;

    private final RetrySettings settings;
    private final Backoff backoff;

    RetryPolicy(RetrySettings settings) {
        this.settings = settings;
        this.backoff = backoff(settings);
    }

    private static Backoff backoff(RetrySettings settings) {
        return new Backoff(settings.initialDelay(), settings.multiplier(), settings.maxDelay(), settings.jitter());
    }

    /**
     * Returns the delay before the next attempt; empty if there is none.
     *
     * @param failures number of failed attempts so far
     */
    Optional<Duration> waitAfter(Effect effect, ActionsException failure, int failures) {
        if (isRejectionOfNewToken(effect, failure)) {
            return failures >= NEW_TOKEN_REJECTED.maxAttempts()
                    ? Optional.empty()
                    : Optional.of(backoff(NEW_TOKEN_REJECTED).after(failures));
        }
        if (failures >= settings.maxAttempts()
                || failure instanceof CallNotPermittedException
                || !mayPass(effect, failure)) {
            return Optional.empty();
        }
        Optional<Duration> requested = failure.retryAfter();
        if (requested.isEmpty()) {
            return Optional.of(backoff.after(failures));
        }
        Duration wait = RetryAfter.atLeast(requested.get(), failures);
        return wait.compareTo(settings.maxRetryAfter()) > 0 ? Optional.empty() : Optional.of(wait);
    }

    private static boolean isRejectionOfNewToken(Effect effect, ActionsException failure) {
        return effect == Effect.NONE_NEW_TOKEN
                && failure instanceof AuthenticationException
                && (failure.status() == 401 || failure.status() == 403);
    }

    private static boolean mayPass(Effect effect, ActionsException failure) {
        return switch (effect) {
            case NONE, NONE_NEW_TOKEN, IDEMPOTENT -> failure.retryable();
            case LONG_POLL -> failure.retryable() && !ranIntoLimit(failure);
            case ONCE -> failure.retryable() && !failure.outcomeUnknown();
        };
    }

    private static boolean ranIntoLimit(ActionsException e) {
        return e.getCause() instanceof HttpTimeoutException && !(e.getCause() instanceof HttpConnectTimeoutException);
    }
}

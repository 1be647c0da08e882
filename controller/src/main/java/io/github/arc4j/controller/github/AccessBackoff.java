package io.github.arc4j.controller.github;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.wire.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The backoff of one {@link GitHubAccess}. After a failure that would affect the next call too, calls are held back for
 * a delay that doubles with each failure; then a single trial call tests whether GitHub works again.
 *
 * <p>The controller does not use the client's circuit breaker, which judges a host. One host serves all tenants, so the
 * failures of one, for example because of its proxy, must not hold back the calls of others. Rejected credentials show
 * that the host works, but must hold back the calls with these credentials. And the work queue needs to know in advance
 * how long calls are held back.
 */
final class AccessBackoff {
    private static final Backoff FAILURE_BACKOFF = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Backoff REJECTION_BACKOFF = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(2));
    private static final Backoff TRIAL_BACKOFF = Backoff.doubling(Duration.ofSeconds(2), Duration.ofSeconds(2));

    private final InstantSource clock;
    private int failures;
    private boolean isTrying;
    private Instant blockedUntil = Instant.MIN;

    AccessBackoff(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records a response from GitHub, including the rejection of a single request.
     *
     * @return whether this ends a series of failures
     */
    synchronized boolean succeeded() {
        boolean ended = isFailing();
        failures = 0;
        blockedUntil = Instant.MIN;
        return ended;
    }

    synchronized boolean isFailing() {
        return failures > 0;
    }

    /**
     * Records a failure for which {@link #affectsNextCall} holds.
     *
     * @return whether this begins a series of failures
     */
    synchronized boolean failed(ActionsException e) {
        boolean begins = !isFailing();
        if (clock.instant().isBefore(blockedUntil)) {
            return begins; // concurrent calls that fail together count once
        }
        failures++;
        Duration own = (e instanceof AuthenticationException ? REJECTION_BACKOFF : FAILURE_BACKOFF).after(failures);
        Duration delay =
                e.retryAfter().filter(requested -> requested.compareTo(own) > 0).orElse(own);
        blockedUntil = clock.instant().plus(delay);
        return begins;
    }

    /** Whether the next call would fail the same way. An existing name, for example, shows that GitHub works. */
    static boolean affectsNextCall(ActionsException e) {
        return e instanceof AuthenticationException || e instanceof ConnectionException || e.status() >= 500;
    }

    /** How long a call would be held back now; zero if it may be made. */
    synchronized Duration delay() {
        Instant now = clock.instant();
        if (now.isBefore(blockedUntil)) {
            return Duration.between(now, blockedUntil);
        }
        return isTrying ? TRIAL_BACKOFF.after(1) : Duration.ZERO;
    }

    /**
     * The decision whether a call may be made.
     *
     * @param delay how long the call is held back; zero if it may be made
     * @param isTrial whether the call tests that GitHub works again; {@link #trialEnded} must follow
     */
    record Admission(Duration delay, boolean isTrial) {}

    synchronized Admission admit() {
        Duration delay = delay();
        if (delay.isPositive()) {
            return new Admission(delay, false);
        }
        isTrying = isFailing();
        return new Admission(Duration.ZERO, isTrying);
    }

    synchronized void trialEnded() {
        isTrying = false;
    }
}

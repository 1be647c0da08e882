package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.controller.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether the calls of one access succeed. After a failure that would meet the next call as well, calls are held back
 * for a while, which doubles with each failure; then a single trial call finds out whether GitHub works again. Other
 * accesses are not affected. A circuit breaker of resilience4j would not say how long calls are held back, which the
 * work queue needs to know.
 */
final class GitHubHealth {
    private static final Backoff FAILED = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Backoff REFUSED = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2));
    /** For calls that are asked for during a trial. */
    private static final Backoff TRIAL = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(2));

    private final InstantSource clock;
    private int failures;
    private boolean isTrying;
    private Instant restUntil = Instant.MIN;

    GitHubHealth(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * GitHub answered, if only to refuse one request.
     *
     * @return whether this ends a series of failures
     */
    synchronized boolean succeeded() {
        boolean ended = isFailing();
        failures = 0;
        restUntil = Instant.MIN;
        return ended;
    }

    synchronized boolean isFailing() {
        return failures > 0;
    }

    /**
     * A call failed, and the next one would meet the same; see {@link #isTrouble}.
     *
     * @return whether this begins a series of failures
     */
    synchronized boolean failed(ActionsException e) {
        boolean begins = !isFailing();
        if (clock.instant().isBefore(restUntil)) {
            return begins; // calls that were under way together count once
        }
        failures++;
        Duration own = spread(e instanceof AuthenticationException ? REFUSED : FAILED, failures);
        Duration rest = e.retryAfter().filter(asked -> asked.compareTo(own) > 0).orElse(own);
        restUntil = clock.instant().plus(rest);
        return begins;
    }

    /** Whether the next call would meet the same. A name that is taken, for example, shows that GitHub works. */
    static boolean isTrouble(ActionsException e) {
        return e instanceof AuthenticationException || e instanceof ConnectionException || e.status() >= 500;
    }

    /** How long calls are held back from now on; zero if one may be made. */
    synchronized Duration rest() {
        Instant now = clock.instant();
        if (now.isBefore(restUntil)) {
            return Duration.between(now, restUntil);
        }
        return isTrying ? spread(TRIAL, 1) : Duration.ZERO;
    }

    /**
     * Whether a call may be made.
     *
     * @param rest how long it is held back; zero if it may be made
     * @param isTrial whether it tries if GitHub works again; {@link #tried} must follow then
     */
    record Admission(Duration rest, boolean isTrial) {}

    /** Asks for a call. */
    synchronized Admission admit() {
        Duration rest = rest();
        if (rest.isPositive()) {
            return new Admission(rest, false);
        }
        isTrying = isFailing();
        return new Admission(Duration.ZERO, isTrying);
    }

    synchronized void tried() {
        isTrying = false;
    }

    private static Duration spread(Backoff backoff, int failures) {
        return backoff.delay(failures, ThreadLocalRandom.current().nextDouble());
    }
}

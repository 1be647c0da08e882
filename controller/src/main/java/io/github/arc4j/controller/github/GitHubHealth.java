package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.ConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether the calls of one access succeed. After a failure that the next call would meet, too, the access rests for a
 * while that doubles with each failure; then a single call tries whether it is over. Others do not notice.
 */
final class GitHubHealth {
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);
    private static final Duration LONGEST_REST_OF_REFUSED = Duration.ofMinutes(2);
    /** For those who come while another tries. */
    private static final Duration TRIAL_DELAY = Duration.ofSeconds(2);

    private final InstantSource clock;
    private int failures;
    private boolean isTrying;
    private Instant restUntil = Instant.MIN;

    GitHubHealth(InstantSource clock) {
        this.clock = clock;
    }

    /** GitHub answered, if only to refuse one request. */
    synchronized void succeeded() {
        failures = 0;
        restUntil = Instant.MIN;
    }

    synchronized boolean isFailing() {
        return failures > 0;
    }

    /** Failures of one request alone, such as a name that is taken, show that GitHub works. */
    synchronized void failed(ActionsException e) {
        boolean refused = e instanceof AuthenticationException;
        if (!isTrouble(e)) {
            succeeded();
            return;
        }
        if (clock.instant().isBefore(restUntil)) {
            return; // calls that were under way together count once
        }
        Duration longest = refused ? LONGEST_REST_OF_REFUSED : LONGEST_REST;
        Duration own = spread(restAfter(failures, longest));
        Duration rest = e.retryAfter().filter(asked -> asked.compareTo(own) > 0).orElse(own);
        failures++;
        restUntil = clock.instant().plus(rest);
    }

    /** Whether the next call would meet the same. */
    static boolean isTrouble(ActionsException e) {
        return e instanceof AuthenticationException || e instanceof ConnectionException || e.status() >= 500;
    }

    /** How long calls are held back from now on; zero if one may be made. */
    synchronized Duration rest() {
        Instant now = clock.instant();
        if (now.isBefore(restUntil)) {
            return Duration.between(now, restUntil);
        }
        return isTrying ? spread(TRIAL_DELAY) : Duration.ZERO;
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

    private static Duration restAfter(int failures, Duration longest) {
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures, 10));
        return rest.compareTo(longest) < 0 ? rest : longest;
    }

    /** Between three and five quarters, so that many do not come back together. */
    static Duration spread(Duration delay) {
        long millis = delay.toMillis();
        return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}

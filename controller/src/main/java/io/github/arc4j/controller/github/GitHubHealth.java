package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.AuthenticationException;
import io.github.arc4j.actions.ConnectionException;
import io.github.arc4j.actions.RateLimitedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether the calls of one access succeed. After a failure that the next call would meet, too, the access rests for a
 * while that doubles with each failure; others do not notice.
 */
final class GitHubHealth {
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    private final Clock clock;
    private int failures;
    private Instant restUntil = Instant.MIN;

    GitHubHealth(Clock clock) {
        this.clock = clock;
    }

    synchronized void reset() {
        failures = 0;
        restUntil = Instant.MIN;
    }

    synchronized boolean isFailing() {
        return failures > 0;
    }

    /** Failures of one request alone, such as a name that is taken, do not count. */
    synchronized void failed(ActionsException e) {
        boolean shared = e instanceof AuthenticationException
                || e instanceof ConnectionException
                || e instanceof RateLimitedException
                || e.status() >= 500;
        if (!shared || clock.instant().isBefore(restUntil)) {
            return; // calls that were under way together count once
        }
        Duration rest = e.retryAfter().orElseGet(() -> jittered(restAfter(failures)));
        failures++;
        restUntil = clock.instant().plus(rest);
    }

    synchronized void throwIfBackingOff() throws GitHubAccessException {
        Instant now = clock.instant();
        if (now.isBefore(restUntil)) {
            throw GitHubAccessException.backingOff(Duration.between(now, restUntil));
        }
    }

    private static Duration restAfter(int failures) {
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures, 10));
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    /** Between three and five quarters, so that many accesses do not come back together. */
    private static Duration jittered(Duration rest) {
        long millis = rest.toMillis();
        return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}

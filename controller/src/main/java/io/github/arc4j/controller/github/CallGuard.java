package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ActionsException;
import io.github.arc4j.actions.CircuitOpenException;
import io.github.arc4j.actions.ErrorDetails;
import io.github.arc4j.actions.RateLimitedException;
import io.github.arc4j.controller.github.GitHubMetrics.Cause;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.Place;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the calls of one access from hurting others, and from being made in vain: bounds how many run at a time, holds
 * them back while GitHub wants a pause or fails, and gives up the places of passes that wait for a slow answer.
 */
final class CallGuard {
    private static final Logger log = LoggerFactory.getLogger(CallGuard.class);

    /** At 150 ms a call this is over 600 calls a second, far above what GitHub allows in the long run. */
    private static final int MAX_CALLS = 100;
    /** With so many calls that wait long, further ones would only wait, too. */
    private static final int MAX_SLOW_CALLS = 32;

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Backoff WHILE_SLOW = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1));
    private static final Duration LOOK_PERIOD = Duration.ofMillis(250);

    /** A call that answers. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws InterruptedException;
    }

    private final GitHubHealth health;
    private final RateLimits limits;
    private final RateLimits.Account account;
    private final ScheduledExecutorService timer;
    private final GitHubMetrics metrics;
    private final Semaphore free = new Semaphore(MAX_CALLS, true);
    private final AtomicInteger slowCalls = new AtomicInteger();

    CallGuard(
            GitHubHealth health,
            RateLimits limits,
            RateLimits.Account account,
            ScheduledExecutorService timer,
            GitHubMetrics metrics) {
        this.health = health;
        this.limits = limits;
        this.account = account;
        this.timer = timer;
        this.metrics = metrics;
    }

    /** How long a call that somebody wants to make is held back; zero if it may be made. */
    Duration rest() {
        Duration pause = limits.rest(account);
        if (pause.isPositive()) {
            metrics.heldBack(Cause.RATE_LIMIT);
            return pause;
        }
        Duration rest = health.rest();
        if (rest.isPositive()) {
            metrics.heldBack(Cause.FAILURES);
        }
        return rest;
    }

    /**
     * Makes the call.
     *
     * @throws CircuitOpenException if calls are held back
     */
    <T> T run(Call<T> call) throws InterruptedException {
        Duration pause = limits.rest(account);
        if (pause.isPositive()) {
            throw heldBack(Cause.RATE_LIMIT, "GitHub limits the rate of requests", pause);
        }
        GitHubHealth.Admission admission = health.admit();
        if (admission.rest().isPositive()) {
            throw heldBack(Cause.FAILURES, "earlier requests to GitHub failed", admission.rest());
        }
        Waiting waiting = new Waiting();
        ScheduledFuture<?> alarm = timer.schedule(waiting, SLOW.toMillis(), TimeUnit.MILLISECONDS);
        try {
            acquire();
            try {
                return judged(call);
            } finally {
                free.release();
            }
        } finally {
            alarm.cancel(false);
            waiting.end();
            if (admission.isTrial()) {
                health.tried();
            }
        }
    }

    private void acquire() throws InterruptedException {
        do {
            if (slowCalls.get() >= MAX_SLOW_CALLS) {
                throw heldBack(
                        Cause.SLOWNESS,
                        "GitHub is slow to answer many requests",
                        WHILE_SLOW.delay(1, ThreadLocalRandom.current().nextDouble()));
            }
        } while (!free.tryAcquire(LOOK_PERIOD.toMillis(), TimeUnit.MILLISECONDS));
    }

    private CircuitOpenException heldBack(Cause cause, String why, Duration delay) {
        metrics.heldBack(cause);
        return new CircuitOpenException("not sent: " + why, new ErrorDetails(0, "", "", "", delay, true, false));
    }

    private <T> T judged(Call<T> call) throws InterruptedException {
        try {
            T answer = call.run();
            answered();
            if (limits.succeeded(account)) {
                log.info("GitHub does not limit the rate of requests any more");
            }
            return answer;
        } catch (RateLimitedException e) {
            log.atLevel(limits.exceeded(account, e) ? Level.INFO : Level.DEBUG)
                    .log("GitHub limits the rate of requests: {}", e.getMessage());
            throw e;
        } catch (ActionsException e) {
            if (GitHubHealth.isTrouble(e)) {
                // With the ids that GitHub's support asks for.
                log.atLevel(health.failed(e) ? Level.INFO : Level.DEBUG)
                        .log("A request to GitHub failed: {}", e.getMessage());
            } else {
                answered();
            }
            throw e;
        }
    }

    private void answered() {
        if (health.succeeded()) {
            log.info("GitHub answers again");
        }
    }

    /** A call for which its pass waits. */
    private final class Waiting implements Runnable {
        private final @Nullable Place place = Place.current();
        private boolean isSlow;
        private boolean isOver;

        @Override
        public synchronized void run() {
            if (isOver) {
                return;
            }
            isSlow = true;
            slowCalls.incrementAndGet();
            if (place != null) {
                place.giveUp();
            }
        }

        synchronized void end() {
            isOver = true;
            if (isSlow) {
                slowCalls.decrementAndGet();
            }
        }
    }
}

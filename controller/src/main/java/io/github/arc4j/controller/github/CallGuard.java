package io.github.arc4j.controller.github;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.CallNotPermittedException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.RateLimitedException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.controller.github.GitHubMetrics.Cause;
import io.github.arc4j.runtime.queue.Slot;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Guards the calls of one {@link GitHubAccess}: limits how many run concurrently, holds calls back while GitHub limits
 * the rate or fails, and releases the worker slots of reconciles that wait for a slow response. This protects other
 * scale sets and avoids futile calls.
 */
final class CallGuard {
    private static final Logger log = LoggerFactory.getLogger(CallGuard.class);

    /**
     * At 150 ms per call, this allows over 600 calls per second, far more than GitHub's rate limit allows over time.
     */
    private static final int MAX_CALLS = 100;
    /** With this many slow calls in flight, further calls would only wait as well. */
    private static final int MAX_SLOW_CALLS = 32;

    private static final Duration SLOW_CALL = Duration.ofSeconds(1);
    private static final Backoff WHILE_SLOW = Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(1));
    private static final Duration SLOWNESS_CHECK_PERIOD = Duration.ofMillis(250);
    private static final Duration REPLACEMENT_DELAY = Duration.ofMillis(100);

    @FunctionalInterface
    interface Call<T> {
        T run() throws InterruptedException;
    }

    private final AccessBackoff backoff;
    private final RateLimits limits;
    private final String account;
    private final ScheduledExecutorService timer;
    private final GitHubMetrics metrics;
    private final Semaphore permits = new Semaphore(MAX_CALLS, true);
    private final AtomicInteger slowCalls = new AtomicInteger();
    private volatile boolean hasEnded;

    CallGuard(
            AccessBackoff backoff,
            RateLimits limits,
            String account,
            ScheduledExecutorService timer,
            GitHubMetrics metrics) {
        this.backoff = backoff;
        this.limits = limits;
        this.account = account;
        this.timer = timer;
        this.metrics = metrics;
    }

    /** How long a new call would be held back; zero if it may be made now. */
    Duration delay() {
        Duration pause = limits.remainingPause(account);
        if (pause.isPositive()) {
            metrics.heldBack(Cause.RATE_LIMIT);
            return pause;
        }
        Duration delay = backoff.delay();
        if (delay.isPositive()) {
            metrics.heldBack(Cause.FAILURES);
        }
        return delay;
    }

    /**
     * Ends the use of the client if no call is in flight: callers that still hold it must switch to its replacement.
     *
     * @return whether the client may be closed
     */
    boolean endIfIdle() {
        if (permits.tryAcquire(MAX_CALLS)) {
            hasEnded = true; // no call gets a permit any more
        }
        return hasEnded;
    }

    /**
     * Makes the call when a permit is free.
     *
     * @throws CallNotPermittedException if calls are held back
     */
    <T> T run(Call<T> call) throws InterruptedException {
        Duration pause = limits.remainingPause(account);
        if (pause.isPositive()) {
            throw heldBack(Cause.RATE_LIMIT, "GitHub limits the rate of requests", pause);
        }
        AccessBackoff.Admission admission = backoff.admit();
        if (admission.delay().isPositive()) {
            throw heldBack(Cause.FAILURES, "earlier requests to GitHub failed", admission.delay());
        }
        Waiting waiting = new Waiting();
        ScheduledFuture<?> slowTimer = timer.schedule(waiting, SLOW_CALL.toMillis(), TimeUnit.MILLISECONDS);
        try {
            acquire();
            try {
                return callAndRecord(call);
            } finally {
                permits.release();
            }
        } finally {
            slowTimer.cancel(false);
            waiting.end();
            if (admission.isTrial()) {
                backoff.trialEnded();
            }
        }
    }

    private void acquire() throws InterruptedException {
        do {
            if (hasEnded) {
                throw notSent("the client was replaced", REPLACEMENT_DELAY);
            }
            if (slowCalls.get() >= MAX_SLOW_CALLS) {
                throw heldBack(Cause.SLOWNESS, "many requests to GitHub are slow", WHILE_SLOW.after(1));
            }
        } while (!permits.tryAcquire(SLOWNESS_CHECK_PERIOD.toMillis(), TimeUnit.MILLISECONDS));
    }

    private CallNotPermittedException heldBack(Cause cause, String why, Duration delay) {
        metrics.heldBack(cause);
        return notSent(why, delay);
    }

    private static CallNotPermittedException notSent(String why, Duration delay) {
        return new CallNotPermittedException("not sent: " + why, new ErrorDetails(0, "", "", "", delay, true, false));
    }

    private <T> T callAndRecord(Call<T> call) throws InterruptedException {
        try {
            T response = call.run();
            responded();
            if (limits.succeeded(account)) {
                log.info("GitHub no longer limits the rate of requests");
            }
            return response;
        } catch (RateLimitedException e) {
            log.atLevel(limits.exceeded(account, e) ? Level.INFO : Level.DEBUG)
                    .log("GitHub limits the rate of requests: {}", e.getMessage());
            throw e;
        } catch (ActionsException e) {
            if (AccessBackoff.affectsNextCall(e)) {
                // The message contains the request IDs that GitHub Support asks for.
                log.atLevel(backoff.failed(e) ? Level.INFO : Level.DEBUG)
                        .log("A request to GitHub failed: {}", e.getMessage());
            } else {
                responded();
            }
            throw e;
        }
    }

    private void responded() {
        if (backoff.succeeded()) {
            log.info("GitHub is responding again");
        }
    }

    /** A call that a reconcile is waiting for. */
    private final class Waiting implements Runnable {
        private final @Nullable Slot slot = Slot.current();
        private boolean isSlow;
        private boolean hasEnded;

        @Override
        public synchronized void run() {
            if (hasEnded) {
                return;
            }
            isSlow = true;
            slowCalls.incrementAndGet();
            if (slot != null) {
                slot.release();
            }
        }

        synchronized void end() {
            hasEnded = true;
            if (isSlow) {
                slowCalls.decrementAndGet();
            }
        }
    }
}

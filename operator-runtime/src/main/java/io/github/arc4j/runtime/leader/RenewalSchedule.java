package io.github.arc4j.runtime.leader;

import java.time.Duration;

/**
 * When a leader renews its Lease, and when it must stop because it could not. All times are those of the process's
 * monotonic clock. Renewals are counted from the start of their request: the API server stores a renewal later than
 * that, so the Lease expires for other candidates only after the leader has stopped.
 */
final class RenewalSchedule {
    /** After a failure, the leader retries this many times per retry period: it has little time left. */
    private static final int RETRIES_PER_PERIOD = 4;

    private final LeaseTiming timing;
    private long renewed;
    private long lastAttempt;
    private boolean failing;

    /** @param acquired start of the request that acquired the Lease */
    RenewalSchedule(LeaseTiming timing, long acquired) {
        this.timing = timing;
        this.renewed = acquired;
        this.lastAttempt = acquired;
    }

    /** Whether the leader must stop. */
    boolean isOver(long now) {
        return remaining(now) <= 0;
    }

    /** How long to wait before the next attempt. */
    Duration untilAttempt(long now) {
        long next = lastAttempt + (failing ? failurePause() : timing.retry().toNanos());
        return Duration.ofNanos(Math.max(0, Math.min(next - now, remaining(now))));
    }

    /** The time limit of an attempt: half of the remaining time, to allow another one after a request that hangs. */
    Duration attemptTimeout(long now) {
        long remaining = remaining(now);
        return Duration.ofNanos(Math.max(remaining / 2, Math.min(remaining, failurePause())));
    }

    /** Records an attempt that began at this time. */
    void attempted(long begun, boolean successful) {
        lastAttempt = begun;
        failing = !successful;
        if (successful) {
            renewed = begun;
        }
    }

    private long remaining(long now) {
        return timing.renewDeadline().toNanos() - (now - renewed);
    }

    private long failurePause() {
        return timing.retry().toNanos() / RETRIES_PER_PERIOD;
    }
}

package io.github.arc4j.runtime.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Limits the number of concurrent requests. Adapts to the server as TCP adapts to the network: each response "too many
 * requests" halves the limit and pauses for as long as the server requests, and each success raises it slightly.
 *
 * <p>If requests have to wait, deletions go first, because objects cost resources until they are deleted. Requests that
 * begin something, which will take more requests, go last, because work that was begun earlier is useful only when it
 * is finished. Within a rank, requests of the reconcile that started first go first: deletions then finish one after
 * the other, which for most of them is sooner than in parallel. Requests that only report a state get a small share and
 * yield to all others for a limited time: in a burst, the next runner is more urgent than the status of existing ones.
 *
 * <p>This alone does not keep deletions fast, because new objects also cause work for other components, such as the
 * scheduler. Therefore, when a deletion has to wait, the share of all requests except deletions is halved, and grows
 * again with each success.
 */
final class AdaptiveLimit {
    private static final int MIN = 2;
    private static final int REPORT_SHARE = 6;
    /** Deletions that wait within this time count once. */
    private static final Duration YIELD_INTERVAL = Duration.ofMillis(100);
    /** Growth of the share of starts per round of as many responses as the share allows. */
    private static final double STARTS_GROWTH = 0.5;

    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(2);

    private final int max;
    private final LongSupplier nanoTime;
    private final Duration reportTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Waiter> line = new PriorityQueue<>();
    private final Condition mayReport = lock.newCondition();
    private long arrivals;
    private double limit;
    private int inFlight;
    private int reportsInFlight;
    /** How many actions and beginnings may be in flight. */
    private double starts;

    private int startsInFlight;
    private long yieldedAt;
    private boolean paused;
    private long pausedUntil;
    private boolean wasReached;
    private long reachedAt;

    /** Ranks of requests, most urgent first. */
    enum Rank {
        REMOVAL,
        /** Any other change, or a read. */
        ACTION,
        /** The first of several requests. */
        BEGINNING,
        /** Only reports a state. */
        REPORT;

        private boolean isStart() {
            return this == ACTION || this == BEGINNING;
        }
    }

    /** A waiting request, with its own condition. */
    private record Waiter(Rank rank, long pass, long arrival, Condition turn) implements Comparable<Waiter> {
        private static final Comparator<Waiter> ORDER = Comparator.comparing(Waiter::rank)
                .thenComparingLong(Waiter::pass)
                .thenComparingLong(Waiter::arrival);

        @Override
        public int compareTo(Waiter other) {
            return ORDER.compare(this, other);
        }
    }

    AdaptiveLimit(int max, LongSupplier nanoTime) {
        this(max, nanoTime, REPORT_TIMEOUT);
    }

    AdaptiveLimit(int max, LongSupplier nanoTime, Duration reportTimeout) {
        this.max = max;
        this.nanoTime = nanoTime;
        this.reportTimeout = reportTimeout;
        this.limit = max;
        this.starts = max;
        this.yieldedAt = nanoTime.getAsLong() - YIELD_INTERVAL.toNanos();
    }

    /**
     * Waits until one more request may be sent. {@link #succeeded}, {@link #throttled} or {@link #failed} must follow.
     *
     * @param pass sequence number of the reconcile that sends it, in order of their start
     * @return the rank under which the request is sent; a report that has waited for the timeout is sent as an action
     */
    Rank acquire(Rank rank, long pass) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (rank != Rank.REPORT) {
                await(rank, pass);
                return rank;
            }
            long remaining = reportTimeout.toNanos();
            while (remaining > 0) {
                if (line.isEmpty() && tryAcquire(Rank.REPORT)) {
                    mayReport.signal();
                    return Rank.REPORT;
                }
                remaining = mayReport.awaitNanos(remaining);
            }
            await(Rank.ACTION, pass);
            return Rank.ACTION;
        } finally {
            lock.unlock();
        }
    }

    private void await(Rank rank, long pass) throws InterruptedException {
        Waiter waiter = new Waiter(rank, pass, arrivals++, lock.newCondition());
        line.add(waiter);
        try {
            while (line.peek() != waiter || !tryAcquire(rank)) {
                if (rank == Rank.REMOVAL) {
                    yieldStarts();
                }
                if (paused && line.peek() == waiter) {
                    waiter.turn().awaitNanos(pausedUntil - nanoTime.getAsLong());
                } else {
                    waiter.turn().await();
                }
            }
        } finally {
            line.remove(waiter);
            signalNext();
        }
    }

    private void yieldStarts() {
        long now = nanoTime.getAsLong();
        if (now - yieldedAt >= YIELD_INTERVAL.toNanos()) {
            yieldedAt = now;
            starts = Math.max(MIN, starts / 2);
        }
    }

    boolean tryAcquire(Rank rank) {
        lock.lock();
        try {
            if (paused && pausedUntil - nanoTime.getAsLong() <= 0) {
                paused = false;
                mayReport.signalAll();
            }
            if (paused || inFlight >= (int) limit) {
                return false;
            }
            if (rank.isStart() && startsInFlight >= (int) starts) {
                reached();
                return false;
            }
            if (rank == Rank.REPORT && reportsInFlight >= Math.max(1, max / REPORT_SHARE)) {
                return false;
            }
            count(rank);
            if (inFlight >= (int) limit) {
                reached();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void reached() {
        wasReached = true;
        reachedAt = nanoTime.getAsLong();
    }

    /** Records a response other than 429, which shows that the server is keeping up. */
    void succeeded(Rank rank) {
        lock.lock();
        try {
            // One more per round of as many responses as the limit allows.
            limit = Math.min(max, limit + 1 / limit);
            if (rank.isStart()) {
                starts = Math.min(max, starts + STARTS_GROWTH / starts);
            }
            free(rank);
        } finally {
            lock.unlock();
        }
    }

    /** Records that the server is overloaded and requests a pause. */
    void throttled(Rank rank, Duration pause) {
        lock.lock();
        try {
            long until = nanoTime.getAsLong() + pause.toNanos();
            if (!paused) {
                // Further responses to requests that were sent before the pause count once.
                limit = Math.max(MIN, limit / 2);
                paused = true;
                pausedUntil = until;
            } else if (until - pausedUntil > 0) {
                pausedUntil = until;
            }
            free(rank);
        } finally {
            lock.unlock();
        }
    }

    /** The request does not count until {@link #resume}, which must follow. */
    void suspend(Rank rank) {
        failed(rank);
    }

    /** The request counts again, whatever the limit. */
    void resume(Rank rank) {
        lock.lock();
        try {
            count(rank);
        } finally {
            lock.unlock();
        }
    }

    private void count(Rank rank) {
        inFlight++;
        if (rank.isStart()) {
            startsInFlight++;
        } else if (rank == Rank.REPORT) {
            reportsInFlight++;
        }
    }

    /** Records a missing response, which implies nothing about the server's load. */
    void failed(Rank rank) {
        lock.lock();
        try {
            free(rank);
        } finally {
            lock.unlock();
        }
    }

    int limit() {
        lock.lock();
        try {
            return (int) limit;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the limit was reached within this time. */
    boolean wasReachedWithin(Duration time) {
        lock.lock();
        try {
            return wasReached && nanoTime.getAsLong() - reachedAt <= time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** The number of waiting requests, without reports that still yield to all others. */
    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    private void free(Rank rank) {
        inFlight--;
        if (rank.isStart()) {
            startsInFlight--;
        } else if (rank == Rank.REPORT) {
            reportsInFlight--;
        }
        signalNext();
    }

    private void signalNext() {
        Waiter next = line.peek();
        if (next == null) {
            mayReport.signal();
        } else {
            next.turn().signal();
        }
    }
}

package io.github.arc4j.controller.runtime.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How many requests may be under way at a time. Follows the server, as TCP follows the network: each answer "too many
 * requests" halves the number and pauses for as long as the server asks, each success raises it a little.
 *
 * <p>Where requests have to wait, those that remove something go first: what they remove costs as long as it is there.
 * Those that begin something, which will take more requests, go last: what was begun before is of use only when it is
 * finished. Among others of their kind, requests of the pass that began first go first, so that one removal after the
 * other is finished, which is sooner for most of them than going on with all at once. Requests that only report a state
 * get a small share, and let all others go first for a while: in a burst nobody needs the state of the runners that are
 * there as much as the next runner.
 *
 * <p>That is not enough to keep removals quick: what is begun makes work for others, too, such as the scheduler. So when
 * a removal has to wait, all but removals get half as many of the requests as before, and more again with each success.
 */
final class AdaptiveLimit {
    private static final int MIN = 2;
    private static final int REPORT_SHARE = 6;
    /** Removals that wait during this time count once. */
    private static final Duration GIVE_WAY_AGAIN = Duration.ofMillis(100);
    /** More starts at a time for each round of as many as may be under way. */
    private static final double STARTS_GROWTH = 0.5;

    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(2);

    private final int max;
    private final LongSupplier nanoTime;
    private final Duration reportPatience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Waiter> line = new PriorityQueue<>();
    private final Condition mayReport = lock.newCondition();
    private long arrivals;
    private double limit;
    private int underWay;
    private int reportsUnderWay;
    /** How many actions and beginnings may be under way. */
    private double starts;

    private int startsUnderWay;
    private long gaveWayAt;
    private boolean paused;
    private long pausedUntil;
    private boolean wasReached;
    private long reachedAt;

    /** Who goes first, in this order. */
    enum Rank {
        REMOVAL,
        /** Whatever else changes something, or asks. */
        ACTION,
        /** The first of several requests. */
        BEGINNING,
        /** Only reports a state. */
        REPORT;

        private boolean isStart() {
            return this == ACTION || this == BEGINNING;
        }
    }

    /** Woken by a condition of its own. */
    private record Waiter(Rank rank, long pass, long arrival, Condition mayGo) implements Comparable<Waiter> {
        private static final Comparator<Waiter> ORDER = Comparator.comparing(Waiter::rank)
                .thenComparingLong(Waiter::pass)
                .thenComparingLong(Waiter::arrival);

        @Override
        public int compareTo(Waiter other) {
            return ORDER.compare(this, other);
        }
    }

    AdaptiveLimit(int max, LongSupplier nanoTime) {
        this(max, nanoTime, REPORT_PATIENCE);
    }

    AdaptiveLimit(int max, LongSupplier nanoTime, Duration reportPatience) {
        this.max = max;
        this.nanoTime = nanoTime;
        this.reportPatience = reportPatience;
        this.limit = max;
        this.starts = max;
        this.gaveWayAt = nanoTime.getAsLong() - GIVE_WAY_AGAIN.toNanos();
    }

    /**
     * Waits until one more request may be sent. {@link #succeeded}, {@link #throttled} or {@link #failed} must follow.
     *
     * @param pass number of the pass that sends it, in the order in which they began
     * @return as what the request goes; a report that was patient for long enough goes as an action
     */
    Rank acquire(Rank rank, long pass) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (rank != Rank.REPORT) {
                await(rank, pass);
                return rank;
            }
            long patience = reportPatience.toNanos();
            while (patience > 0) {
                if (line.isEmpty() && tryAcquire(Rank.REPORT)) {
                    mayReport.signal();
                    return Rank.REPORT;
                }
                patience = mayReport.awaitNanos(patience);
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
                    startsGiveWay();
                }
                if (paused && line.peek() == waiter) {
                    waiter.mayGo().awaitNanos(pausedUntil - nanoTime.getAsLong());
                } else {
                    waiter.mayGo().await();
                }
            }
        } finally {
            line.remove(waiter);
            signalNext();
        }
    }

    private void startsGiveWay() {
        long now = nanoTime.getAsLong();
        if (now - gaveWayAt >= GIVE_WAY_AGAIN.toNanos()) {
            gaveWayAt = now;
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
            if (paused || underWay >= (int) limit) {
                return false;
            }
            if (rank.isStart()) {
                if (startsUnderWay >= (int) starts) {
                    reached();
                    return false;
                }
                startsUnderWay++;
            } else if (rank == Rank.REPORT) {
                if (reportsUnderWay >= Math.max(1, max / REPORT_SHARE)) {
                    return false;
                }
                reportsUnderWay++;
            }
            underWay++;
            if (underWay >= (int) limit) {
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

    /** The server answered, whatever it said: it keeps up. */
    void succeeded(Rank rank) {
        lock.lock();
        try {
            // One more for each round of as many answers as may be under way.
            limit = Math.min(max, limit + 1 / limit);
            if (rank.isStart()) {
                starts = Math.min(max, starts + STARTS_GROWTH / starts);
            }
            free(rank);
        } finally {
            lock.unlock();
        }
    }

    /** The server has too much to do and wants to hear nothing for a while. */
    void throttled(Rank rank, Duration pause) {
        lock.lock();
        try {
            long until = nanoTime.getAsLong() + pause.toNanos();
            if (!paused) {
                // Answers to requests sent before the pause say the same thing once more; they count once.
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

    /** No answer came; says nothing about the server's load. */
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

    /** Whether a request had to wait, or would have had to, within this time. */
    boolean wasReachedWithin(Duration time) {
        lock.lock();
        try {
            return wasReached && nanoTime.getAsLong() - reachedAt <= time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Requests that wait, without reports that still let all others go first. */
    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    private void free(Rank rank) {
        underWay--;
        if (rank.isStart()) {
            startsUnderWay--;
        } else if (rank == Rank.REPORT) {
            reportsUnderWay--;
        }
        signalNext();
    }

    private void signalNext() {
        Waiter next = line.peek();
        if (next == null) {
            mayReport.signal();
        } else {
            next.mayGo().signal();
        }
    }
}

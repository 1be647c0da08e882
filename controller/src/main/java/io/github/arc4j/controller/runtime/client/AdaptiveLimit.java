package io.github.arc4j.controller.runtime.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests may be under way at a time. Follows the server, as TCP follows the network: each answer "too many
 * requests" halves the number and pauses for as long as the server asks, each success raises it a little.
 *
 * <p>Where requests have to wait, those that finish something go first, then those that remove something: what they
 * remove costs as long as it is there, and finishing one removal after the other is sooner for most of them than going
 * on with all at once. Those that begin something, which will take more requests, go last: what was begun before is of
 * use only when it is finished. Requests that only report a state get a small share, and let all others go first for a
 * while: in a burst nobody needs the state of the runners that are there as much as the next runner.
 */
final class AdaptiveLimit {
    private static final int MIN = 2;
    private static final int REPORT_SHARE = 6;
    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(2);

    private final int max;
    private final LongSupplier nanoTime;
    private final Duration reportPatience;
    private final ReentrantLock lock = new ReentrantLock();
    // Who waits, in the order in which they came; each is woken by a condition of its own.
    private final Deque<Condition> finishes = new ArrayDeque<>();
    private final Deque<Condition> removals = new ArrayDeque<>();
    private final Deque<Condition> actions = new ArrayDeque<>();
    private final Deque<Condition> beginnings = new ArrayDeque<>();
    private final List<Deque<Condition>> ranks = List.of(finishes, removals, actions, beginnings);
    private final Condition mayReport = lock.newCondition();
    private double limit;
    private int underWay;
    private int reportsUnderWay;
    private boolean paused;
    private long pausedUntil;
    private boolean wasReached;
    private long reachedAt;

    AdaptiveLimit(int max, LongSupplier nanoTime) {
        this(max, nanoTime, REPORT_PATIENCE);
    }

    AdaptiveLimit(int max, LongSupplier nanoTime, Duration reportPatience) {
        this.max = max;
        this.nanoTime = nanoTime;
        this.reportPatience = reportPatience;
        this.limit = max;
    }

    /**
     * Waits until one more request may be sent that changes something or asks. {@link #succeeded}, {@link #throttled} or
     * {@link #failed} must follow.
     */
    void acquire() throws InterruptedException {
        acquire(actions);
    }

    /** Like {@link #acquire}, for the last of several requests. */
    void acquireForFinish() throws InterruptedException {
        acquire(finishes);
    }

    /** Like {@link #acquire}, for a request that removes something. */
    void acquireForRemoval() throws InterruptedException {
        acquire(removals);
    }

    /** Like {@link #acquire}, for a request that is the first of several. */
    void acquireForBeginning() throws InterruptedException {
        acquire(beginnings);
    }

    private void acquire(Deque<Condition> line) throws InterruptedException {
        lock.lockInterruptibly();
        Condition mayGo = lock.newCondition();
        line.add(mayGo);
        try {
            while (next() != mayGo || !tryAcquire()) {
                if (paused && next() == mayGo) {
                    mayGo.awaitNanos(pausedUntil - nanoTime.getAsLong());
                } else {
                    mayGo.await();
                }
            }
        } finally {
            line.remove(mayGo);
            signalNext();
            lock.unlock();
        }
    }

    /** Of whom it is the turn; null if nobody waits. */
    private @Nullable Condition next() {
        for (Deque<Condition> line : ranks) {
            if (!line.isEmpty()) {
                return line.peek();
            }
        }
        return null;
    }

    /**
     * Like {@link #acquire}, for a request that only reports a state.
     *
     * @return whether it goes as a report, so that {@link #reportEnded} must follow, too
     */
    boolean acquireForReport() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long patience = reportPatience.toNanos();
            while (patience > 0) {
                if (next() == null && reportsUnderWay < Math.max(1, max / REPORT_SHARE) && tryAcquire()) {
                    reportsUnderWay++;
                    mayReport.signal();
                    return true;
                }
                patience = mayReport.awaitNanos(patience);
            }
            acquire();
            return false;
        } finally {
            lock.unlock();
        }
    }

    boolean tryAcquire() {
        lock.lock();
        try {
            if (paused && pausedUntil - nanoTime.getAsLong() <= 0) {
                paused = false;
                mayReport.signalAll();
            }
            if (paused || underWay >= (int) limit) {
                return false;
            }
            underWay++;
            if (underWay >= (int) limit) {
                wasReached = true;
                reachedAt = nanoTime.getAsLong();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One that {@link #acquireForReport} let go as a report is over. */
    void reportEnded() {
        lock.lock();
        try {
            reportsUnderWay--;
        } finally {
            lock.unlock();
        }
    }

    /** The server answered, whatever it said: it keeps up. */
    void succeeded() {
        lock.lock();
        try {
            // One more for each round of as many answers as may be under way.
            limit = Math.min(max, limit + 1 / limit);
            free();
        } finally {
            lock.unlock();
        }
    }

    /** The server has too much to do and wants to hear nothing for a while. */
    void throttled(Duration pause) {
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
            free();
        } finally {
            lock.unlock();
        }
    }

    /** No answer came; says nothing about the server's load. */
    void failed() {
        lock.lock();
        try {
            free();
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
            return ranks.stream().mapToInt(Deque::size).sum();
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        underWay--;
        signalNext();
    }

    private void signalNext() {
        Condition next = next();
        if (next == null) {
            mayReport.signal();
        } else {
            next.signal();
        }
    }
}

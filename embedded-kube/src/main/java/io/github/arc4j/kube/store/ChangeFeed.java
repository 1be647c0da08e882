package io.github.arc4j.kube.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The changes that an observer has not yet received, in order. It never blocks writers, and is unbounded because
 * observers are in the same process.
 */
public final class ChangeFeed implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Consumer<ChangeFeed> onClose;
    private List<Change> waiting = new ArrayList<>();
    private boolean paused;
    private boolean closed;

    ChangeFeed(Consumer<ChangeFeed> onClose) {
        this.onClose = onClose;
    }

    void offer(Change change) {
        lock.lock();
        try {
            if (!closed) {
                waiting.add(change);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes; empty after the timeout or if the feed is closed. */
    public List<Change> take(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = timeout.toNanos();
            while (!closed && (paused || waiting.isEmpty())) {
                if (nanos <= 0) {
                    return List.of();
                }
                nanos = changed.awaitNanos(nanos);
            }
            List<Change> taken = closed ? List.of() : waiting;
            waiting = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the feed is no longer paused, or is closed. */
    public void awaitRunning() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (paused && !closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes without a timeout; empty only if the feed is closed. */
    public List<Change> take() throws InterruptedException {
        List<Change> changes;
        do {
            changes = take(Duration.ofHours(1));
        } while (changes.isEmpty() && !isClosed());
        return changes;
    }

    /** Holds changes back, or releases them. */
    public void pause(boolean hold) {
        lock.lock();
        try {
            paused = hold;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the feed and wakes waiting threads; changes that have not been taken are discarded. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting = new ArrayList<>();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.accept(this);
    }
}

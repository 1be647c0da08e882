package io.github.arc4j.kube.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The changes that one observer has yet to see, in order. Never blocks who writes; unbounded, since observers live in the same process. */
public final class ChangeFeed implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
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
                news.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes; empty when the time is up or the feed was closed. */
    public List<Change> take(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = timeout.toNanos();
            while (!closed && (paused || waiting.isEmpty())) {
                if (nanos <= 0) {
                    return List.of();
                }
                nanos = news.awaitNanos(nanos);
            }
            List<Change> taken = closed ? List.of() : waiting;
            waiting = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the feed is not paused any more, or closed. */
    public void awaitRunning() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (paused && !closed) {
                news.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes as long as it takes; empty only when the feed was closed. */
    public List<Change> take() throws InterruptedException {
        List<Change> changes;
        do {
            changes = take(Duration.ofHours(1));
        } while (changes.isEmpty() && !isClosed());
        return changes;
    }

    /** Holds changes back, or lets those held back go. */
    public void pause(boolean hold) {
        lock.lock();
        try {
            paused = hold;
            news.signalAll();
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

    /** Ends the feed and wakes who waits on it; what has not been taken is forgotten. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting = new ArrayList<>();
            news.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.accept(this);
    }
}

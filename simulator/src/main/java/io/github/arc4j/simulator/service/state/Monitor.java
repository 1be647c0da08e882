package io.github.arc4j.simulator.service.state;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The lock that guards all state, and a condition that is signalled on every change. */
public final class Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Runs an action that reads or changes state while holding the lock. */
    public <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action that changes state while holding the lock. */
    public void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Creates a condition of this lock. */
    public Condition newCondition() {
        return lock.newCondition();
    }

    /** Wakes the threads that wait for a condition on the state; the lock must be held. */
    public void changed() {
        changed.signalAll();
    }

    /**
     * Waits for a signal until a deadline of {@link System#nanoTime}; the lock must be held. False if the deadline has
     * passed.
     */
    public static boolean awaitUntil(Condition condition, long deadline) throws InterruptedException {
        return condition.awaitNanos(deadline - System.nanoTime()) > 0;
    }

    /**
     * Waits until the state satisfies a condition, which is evaluated while holding the lock after every change.
     *
     * @throws TimeoutException if the condition is not satisfied within the timeout
     */
    public void await(BooleanSupplier condition, Duration timeout) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (!awaitUntil(changed, deadline) && !condition.getAsBoolean()) {
                    throw new TimeoutException("condition not reached within " + timeout);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action that may wait on a condition of this lock. */
    public <T> T lockedWaiting(Waiting<T> action) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    public interface Waiting<T> {
        T run() throws InterruptedException;
    }
}

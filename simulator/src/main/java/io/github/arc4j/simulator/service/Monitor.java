package io.github.arc4j.simulator.service;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The one lock that guards all state, and the condition that something changed. */
public final class Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Reads or changes state. */
    public <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Changes state. */
    public void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** A condition of this lock. */
    Condition newCondition() {
        return lock.newCondition();
    }

    /** Wakes those who await a state; the lock must be held. */
    void changed() {
        changed.signalAll();
    }

    /** Waits for a signal until a time of {@link System#nanoTime}; the lock must be held. False when the time is up. */
    static boolean awaitUntil(Condition condition, long deadline) throws InterruptedException {
        return condition.awaitNanos(deadline - System.nanoTime()) > 0;
    }

    /**
     * Waits until the state fulfils a condition, which is evaluated under the lock after every change.
     *
     * @throws TimeoutException if it does not in this time
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
    <T> T lockedWaiting(Waiting<T> action) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    interface Waiting<T> {
        T run() throws InterruptedException;
    }
}

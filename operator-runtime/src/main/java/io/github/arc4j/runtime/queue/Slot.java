package io.github.arc4j.runtime.queue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The slot that a reconcile occupies in its controller's concurrency. A reconcile that waits long for a remote system
 * other than the API server, or until others of its tenant have read something, releases its slot, so that others can
 * run; the little work that remains afterwards needs none.
 */
public final class Slot {
    private static final ScopedValue<Slot> CURRENT = ScopedValue.newInstance();
    private static final AtomicLong LATEST = new AtomicLong();

    private final Semaphore slots;
    private final long number = LATEST.incrementAndGet();
    private final AtomicBoolean isReleased = new AtomicBoolean();

    /** @param slots the semaphore from which one permit was acquired for this slot */
    public Slot(Semaphore slots) {
        this.slots = slots;
    }

    /** The slot of the reconcile in this thread; null outside of reconciles. */
    public static @Nullable Slot current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Releases the slot of the reconcile in this thread, if it has one. */
    public static void releaseCurrent() {
        Slot slot = current();
        if (slot != null) {
            slot.release();
        }
    }

    /** Acquires a permit. If none is free, the slot of the reconcile in this thread is released during the wait. */
    public static void acquire(Semaphore permits) throws InterruptedException {
        // with a timeout, because tryAcquire() would overtake those who wait
        if (!permits.tryAcquire(0, TimeUnit.SECONDS)) {
            releaseCurrent();
            permits.acquire();
        }
    }

    /**
     * Sequence number of the reconcile in this thread, in order of their start; outside of reconciles, the latest
     * number.
     */
    public static long numberOfPass() {
        return CURRENT.isBound() ? CURRENT.get().number : LATEST.get();
    }

    /** Runs a part of the reconcile; additional threads of a reconcile need this to know its slot. */
    public <T extends @Nullable Object, X extends Throwable> T call(ScopedValue.CallableOp<T, X> part) throws X {
        return ScopedValue.where(CURRENT, this).call(part);
    }

    /** Runs the reconcile. */
    public void run(Runnable pass) {
        ScopedValue.where(CURRENT, this).run(pass);
    }

    /** Releases the slot for another reconcile. Repeated calls have no effect. */
    public void release() {
        if (isReleased.compareAndSet(false, true)) {
            slots.release();
        }
    }
}

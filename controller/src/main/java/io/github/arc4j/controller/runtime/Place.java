package io.github.arc4j.controller.runtime;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a pass takes up of its controller's concurrency. A pass that waits long for a remote system other than the API
 * server gives its place up, so that others can run however long that takes; what then is left of it is little, and
 * needs none.
 */
public final class Place {
    private static final ScopedValue<Place> CURRENT = ScopedValue.newInstance();
    private static final AtomicLong LATEST = new AtomicLong();

    private final Semaphore places;
    private final long number = LATEST.incrementAndGet();
    private final AtomicBoolean isGivenUp = new AtomicBoolean();

    /** @param places where one permit was acquired for this place */
    Place(Semaphore places) {
        this.places = places;
    }

    /** The place of the pass that runs in this thread; null outside of passes. */
    public static @Nullable Place current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Number of the pass that runs in this thread, in the order in which they began; outside of passes the latest one. */
    public static long numberOfPass() {
        return CURRENT.isBound() ? CURRENT.get().number : LATEST.get();
    }

    /** Runs a part of the pass; further threads of a pass need this to know its place. */
    public <T extends @Nullable Object, X extends Throwable> T call(ScopedValue.CallableOp<T, X> part) throws X {
        return ScopedValue.where(CURRENT, this).call(part);
    }

    /** Runs the pass. */
    void run(Runnable pass) {
        ScopedValue.where(CURRENT, this).run(pass);
    }

    /** Lets another pass begin. The second time has no effect. */
    public void giveUp() {
        if (isGivenUp.compareAndSet(false, true)) {
            places.release();
        }
    }
}

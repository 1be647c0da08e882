package io.github.arc4j.actions.wire;

import io.github.arc4j.actions.ResponseMemory;
import java.util.concurrent.atomic.AtomicLong;

/** A fixed number of bytes. */
public final class BodyBudget implements ResponseMemory {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes */
    public BodyBudget(long limit) {
        this.limit = limit;
    }

    @Override
    public boolean take(int bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    @Override
    public void release(int bytes) {
        used.addAndGet(-bytes);
    }
}

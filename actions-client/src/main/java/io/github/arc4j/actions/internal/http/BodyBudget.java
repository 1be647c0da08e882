package io.github.arc4j.actions.internal.http;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the memory of all bodies that a client is receiving: a server may take as long as it wants to send them. */
final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes */
    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes that many bytes, unless more than the limit would be in use. */
    boolean take(int bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void release(int bytes) {
        used.addAndGet(-bytes);
    }
}

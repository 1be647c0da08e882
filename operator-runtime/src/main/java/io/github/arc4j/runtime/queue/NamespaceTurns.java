package io.github.arc4j.runtime.queue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many reconciles of each namespace do something at a time. A reconcile that waits for its turn releases its
 * {@link Slot}.
 */
public final class NamespaceTurns {
    /** @param users number of those that have a turn or wait for one */
    private record Turns(Semaphore free, int users) {
        @Nullable Turns withoutOne() {
            return users == 1 ? null : new Turns(free, users - 1);
        }
    }

    private final int atATime;
    private final Map<String, Turns> turns = new ConcurrentHashMap<>();

    /** @param atATime number of turns that each namespace has at a time */
    public NamespaceTurns(int atATime) {
        this.atATime = atATime;
    }

    /** Waits for a turn, which the caller must {@linkplain #release release}. */
    public void acquire(String namespace) throws InterruptedException {
        Turns mine = turns.compute(
                namespace,
                (key, now) -> now == null
                        ? new Turns(new Semaphore(atATime, true), 1)
                        : new Turns(now.free(), now.users() + 1));
        try {
            Slot.acquire(mine.free());
        } catch (InterruptedException e) {
            turns.computeIfPresent(namespace, (key, now) -> now.withoutOne());
            throw e;
        }
    }

    public void release(String namespace) {
        turns.computeIfPresent(namespace, (key, now) -> {
            now.free().release();
            return now.withoutOne();
        });
    }

    /** The number of namespaces that have turns or wait for them. */
    int size() {
        return turns.size();
    }
}

package io.github.arc4j.listener;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many series the metrics of a process may have together, the first one of each metric apart. Names of jobs are
 * free text of users: those of one scale set must not take the memory of all others.
 */
public final class SeriesLimit {
    private final AtomicInteger left;

    public SeriesLimit(int most) {
        this.left = new AtomicInteger(most);
    }

    /** As many as the limit of each metric allows. */
    static SeriesLimit none() {
        return new SeriesLimit(Integer.MAX_VALUE);
    }

    /** Takes room for one more, if there is any. */
    boolean tryAdd() {
        return left.getAndUpdate(n -> Math.max(n - 1, 0)) > 0;
    }

    /** Gives the room of some back. */
    void remove(int series) {
        left.addAndGet(series);
    }
}

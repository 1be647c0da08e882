package io.github.arc4j.listener;

import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;

/**
 * Returns unused heap to the operating system. The serial collector shrinks the heap only in a full collection, which
 * would never happen in a listener without jobs.
 */
final class HeapTrim implements Runnable {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    /** Minimum growth, in bytes, that is worth a collection. */
    private static final long GROWTH = 1 << 20;

    private final Timing timing;
    private final Heap heap;
    private long sizeAfterLast;

    /** The JVM's heap. */
    interface Heap {
        Heap OF_THE_JVM = new Heap() {
            @Override
            public long size() {
                return Runtime.getRuntime().totalMemory();
            }

            @Override
            public void collect() {
                System.gc();
            }
        };

        /** Size in bytes, including free space. */
        long size();

        void collect();
    }

    HeapTrim(Timing timing, Heap heap) {
        this.timing = timing;
        this.heap = heap;
    }

    /** Trims the heap until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                timing.sleep(INTERVAL);
                if (heap.size() - sizeAfterLast > GROWTH) {
                    heap.collect();
                    sizeAfterLast = heap.size();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

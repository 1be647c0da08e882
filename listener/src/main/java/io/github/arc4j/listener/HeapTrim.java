package io.github.arc4j.listener;

import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;

/**
 * Gives back what the heap has grown by. The serial collector shrinks the heap with a full collection only, which a
 * listener without jobs would never come to.
 */
final class HeapTrim implements Runnable {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    /** A collection is not worth less. */
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

        /** In bytes, free space included. */
        long size();

        void collect();
    }

    HeapTrim(Timing timing, Heap heap) {
        this.timing = timing;
        this.heap = heap;
    }

    /** Trims until interrupted. */
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

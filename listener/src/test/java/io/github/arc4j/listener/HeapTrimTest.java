package io.github.arc4j.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.actions.loop.Timing;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MEBI = 1 << 20;

    private final FakeHeap heap = new FakeHeap();

    @AfterEach
    void clearTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void collectsOnceAfterTheStart() {
        heap.size = 9 * MEBI;
        heap.alive = 7 * MEBI;

        trim(5);

        assertThat(heap.collections).isEqualTo(1);
    }

    @Test
    void collectsEachTimeTheHeapHasGrown() {
        heap.alive = 7 * MEBI;
        heap.size = 9 * MEBI;
        heap.growth = 2 * MEBI;

        trim(5);

        assertThat(heap.collections).isEqualTo(5);
    }

    @Test
    void doesNotCollectForLittle() {
        heap.alive = 7 * MEBI;
        heap.size = 9 * MEBI;
        heap.growth = MEBI / 8;

        trim(5);

        assertThat(heap.collections).isEqualTo(1);
    }

    /** Lets several minutes pass, in each of which the heap grows. */
    private void trim(int minutes) {
        Timing timing = new Timing() {
            private int passed;

            @Override
            public long nanoTime() {
                return Duration.ofMinutes(passed).toNanos();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                if (passed++ == minutes) {
                    throw new InterruptedException();
                }
                heap.size += heap.growth;
            }
        };
        new HeapTrim(timing, heap).run();
    }

    private static final class FakeHeap implements HeapTrim.Heap {
        private long size;
        private long alive;
        private long growth;
        private int collections;

        @Override
        public long size() {
            return size;
        }

        @Override
        public void collect() {
            collections++;
            size = alive;
        }
    }
}

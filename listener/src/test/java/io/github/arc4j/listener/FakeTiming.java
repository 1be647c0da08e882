package io.github.arc4j.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only while somebody sleeps, which takes no time. */
final class FakeTiming implements Timing {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000);
    final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private volatile boolean real;

    void sleepForReal() {
        real = true;
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        sleeps.add(duration);
        if (real) {
            Thread.sleep(duration);
        }
        pass(duration);
    }

    void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}

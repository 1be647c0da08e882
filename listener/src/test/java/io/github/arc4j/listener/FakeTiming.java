package io.github.arc4j.listener;

import io.github.arc4j.actions.loop.Timing;
import io.github.arc4j.listener.scaling.RunnerSetScaling;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only during sleeps, which return immediately. */
public final class FakeTiming implements Timing {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000);
    public final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private final Semaphore surplusTimes = new Semaphore(0);
    private final Semaphore mergeWindows = new Semaphore(1_000_000);
    private volatile boolean real;

    /** Lets the time for which surplus runners are kept pass, for each sleep that waits for its end. */
    void endSurplusTimes() {
        surplusTimes.release(1_000);
    }

    /** Keeps merge windows open until {@link #endMergeWindows()}; otherwise they end immediately. */
    void holdMergeWindows() {
        mergeWindows.drainPermits();
    }

    void endMergeWindows() {
        mergeWindows.release(1_000_000);
    }

    void sleepForReal() {
        real = true;
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    /** The durations that tests hold are recognized by identity, because a random pause may have the same length. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (duration == RunnerSetScaling.FOLLOW_UP_DELAY) {
            surplusTimes.acquire();
            return;
        }
        if (duration == RunnerSetScaling.MERGE_WINDOW) {
            mergeWindows.acquire();
            return;
        }
        sleeps.add(duration);
        if (real) {
            Thread.sleep(duration);
        }
        pass(duration);
    }

    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}

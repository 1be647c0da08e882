package io.github.arc4j.actions.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The loop's view of time; tests substitute their own. */
public interface Timing {
    /** The system's time. */
    Timing SYSTEM = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    };

    /** {@return the same as {@link System#nanoTime()}} */
    long nanoTime();

    /**
     * Sleeps.
     *
     * @param duration how long to sleep
     * @throws InterruptedException if the thread is interrupted
     */
    void sleep(Duration duration) throws InterruptedException;
}

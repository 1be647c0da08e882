package io.github.arc4j.actions.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time as a loop sees it; tests have their own. */
public interface Timing {
    /** The time of this machine. */
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

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** Waits. */
    void sleep(Duration duration) throws InterruptedException;
}

package io.github.arc4j.listener;

import java.time.Duration;

/** Time as the listener sees it; tests have their own. */
public interface Timing {
    /** The time of this machine. */
    Timing SYSTEM = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }
    };

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** As {@link Thread#sleep(Duration)}. */
    void sleep(Duration duration) throws InterruptedException;
}

package io.github.arc4j.actions.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a loop, which runs once, from its start to its end. Thread-safe. */
final class LoopThread {
    private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

    /** How long {@link #stop()} waits; shorter than a pod's termination grace period. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Thread thread;
    private boolean used;
    private volatile boolean stopping;

    /** Runs the loop on a new thread, which is not a daemon, so that a program that only runs loops does not end. */
    synchronized void start(String name, Runnable loop) {
        if (stopping) {
            throw new IllegalStateException("the message loop is closed");
        }
        Thread fresh = new Thread(() -> runToEnd(loop), name);
        use(fresh);
        fresh.start();
    }

    /** Runs the loop on the current thread. */
    void run(Runnable loop) {
        use(Thread.currentThread());
        runToEnd(loop);
    }

    synchronized boolean isRunning() {
        return thread != null;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Interrupts the loop and waits for its end, unless called by the loop itself. */
    void stop() {
        synchronized (this) {
            stopping = true;
            if (thread == null) {
                return;
            }
            thread.interrupt();
            if (thread.equals(Thread.currentThread())) {
                return;
            }
        }
        try {
            if (!ended.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The message loop did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void use(Thread current) {
        if (used) {
            throw new IllegalStateException("the message loop was started before");
        }
        used = true;
        thread = current;
    }

    private void runToEnd(Runnable loop) {
        try {
            loop.run();
        } finally {
            synchronized (this) {
                thread = null;
            }
            ended.countDown();
        }
    }
}

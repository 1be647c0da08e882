package io.github.arc4j.simulator.service.state;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs delayed actions while holding the lock of the state. */
public final class Timers implements AutoCloseable {
    private final Monitor monitor;
    private final ScheduledThreadPoolExecutor executor;

    public Timers(Monitor monitor) {
        this.monitor = monitor;
        executor = new ScheduledThreadPoolExecutor(1, action -> {
            Thread thread = new Thread(action, "simulator-timers");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Schedules an action; null if the simulator is closing. */
    public @Nullable Future<?> after(Duration delay, Runnable action) {
        try {
            return executor.schedule(() -> monitor.locked(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

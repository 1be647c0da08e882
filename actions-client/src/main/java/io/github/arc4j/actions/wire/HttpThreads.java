package io.github.arc4j.actions.wire;

import io.github.arc4j.actions.internal.concurrent.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for the JDK's HTTP client. They are platform threads: a server can keep a thread that reads TLS busy, and so
 * take the processors from all virtual threads. They also take 15 % less time.
 */
public final class HttpThreads {
    private HttpThreads() {}

    /**
     * Creates the executor. Its threads end when idle. The executor is never shut down, because aborted calls need it
     * too.
     */
    public static Executor executor(int maxThreads) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                1,
                maxThreads,
                5,
                TimeUnit.SECONDS,
                new Backlog(),
                VirtualThreads::daemon,
                (task, pool) -> pool.getQueue().add(task));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Rejects a task unless a thread is idle, so that the executor starts another one only then: a poll that ends without
     * a message needs a dozen short tasks, one after the other. When all threads run, {@link #add} queues tasks.
     */
    private static final class Backlog extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public boolean add(Runnable task) {
            return super.offer(task);
        }
    }
}

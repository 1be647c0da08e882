package io.github.arc4j.simulator.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads for blocking calls: virtual threads if the JDK supports them. */
final class Threads {
    private Threads() {}

    static ExecutorService perTask() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException older) {
            return Executors.newCachedThreadPool(action -> {
                Thread thread = new Thread(action, "simulator-call");
                thread.setDaemon(true);
                return thread;
            });
        }
    }
}

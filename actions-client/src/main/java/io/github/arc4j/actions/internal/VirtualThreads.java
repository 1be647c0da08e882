package io.github.arc4j.actions.internal;

import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** What newer Java versions offer and Java 17 does not. */
final class VirtualThreads {
    private VirtualThreads() {}

    /** An executor with a virtual thread per task, from Java 21 on. */
    static Optional<Executor> executor() {
        try {
            Object executor =
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            return Optional.of((Executor) executor);
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends a client and its connections, from Java 21 on; before, the garbage collector does. */
    static void shutdownNow(HttpClient client) {
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(client);
        } catch (NoSuchMethodException e) {
            // Java 17 to 20
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}

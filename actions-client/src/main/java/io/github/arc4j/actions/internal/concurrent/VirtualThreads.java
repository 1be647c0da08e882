package io.github.arc4j.actions.internal.concurrent;

import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Features of newer Java versions that Java 17 lacks. */
public final class VirtualThreads {
    private VirtualThreads() {}

    /** Creates an executor with a thread for each task: virtual or, before Java 21, a daemon thread. */
    public static ExecutorService perTask() {
        try {
            Object executor =
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            return (ExecutorService) executor;
        } catch (NoSuchMethodException e) {
            return Executors.newCachedThreadPool(VirtualThreads::daemon);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "actions-client");
        thread.setDaemon(true);
        return thread;
    }

    /** Closes a client once its requests have ended, from Java 21 on; on older versions, the garbage collector does. */
    public static void shutdown(HttpClient client) {
        invoke(client, "shutdown");
    }

    /** Closes a client and its connections, from Java 21 on. */
    public static void shutdownNow(HttpClient client) {
        invoke(client, "shutdownNow");
    }

    private static void invoke(HttpClient client, String method) {
        try {
            HttpClient.class.getMethod(method).invoke(client);
        } catch (NoSuchMethodException e) {
            // Java 17 to 20
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }
}

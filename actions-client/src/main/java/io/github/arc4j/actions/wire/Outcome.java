package io.github.arc4j.actions.wire;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The result of a task on another thread. */
public final class Outcome {
    private Outcome() {}

    /** Waits for the task; returns its result or rethrows its exception. */
    public static <T> T of(Future<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }
}

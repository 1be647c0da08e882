package io.github.arc4j.runtime.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs independent remote calls concurrently, each on a virtual thread. */
public final class Concurrently {
    /** Maximum number of calls that start together. */
    private static final int MAX_WAVE = 64;

    private Concurrently() {}

    /** One call. */
    @FunctionalInterface
    public interface Task {
        void run() throws Exception;
    }

    /**
     * Runs all tasks and waits for all of them.
     *
     * @throws Exception the first failure, with the others suppressed in it
     */
    public static void run(Collection<? extends Task> tasks) throws Exception {
        List<Exception> failures = new ArrayList<>();
        Slot slot = Slot.current();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Void>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(executor.submit(() -> slot == null ? call(task) : slot.call(() -> call(task))));
            }
            for (Future<?> future : running) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    failures.add(e.getCause() instanceof Exception cause ? cause : e);
                } catch (InterruptedException e) {
                    executor.shutdownNow();
                    throw e;
                }
            }
        }
        if (!failures.isEmpty()) {
            Exception first = failures.getFirst();
            failures.stream().filter(failure -> failure != first).forEach(first::addSuppressed);
            throw first;
        }
    }

    /**
     * Runs the tasks in waves of 1, 2, 4, ... and stops after the first wave with a failure, so that a common cause
     * costs few attempts.
     *
     * @param mayContinue called before each wave
     * @return how many tasks were run
     * @throws Exception as {@link #run}
     */
    public static int runInGrowingWaves(List<? extends Task> tasks, BooleanSupplier mayContinue) throws Exception {
        int done = 0;
        for (int size = 1; done < tasks.size() && mayContinue.getAsBoolean(); size = Math.min(MAX_WAVE, size * 2)) {
            int to = Math.min(tasks.size(), done + size);
            run(tasks.subList(done, to));
            done = to;
        }
        return done;
    }

    private static @Nullable Void call(Task task) throws Exception {
        task.run();
        return null;
    }
}

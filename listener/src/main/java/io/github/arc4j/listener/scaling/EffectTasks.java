package io.github.arc4j.listener.scaling;

import io.github.arc4j.actions.wire.Outcome;
import io.github.arc4j.listener.scaling.JobEffects.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the effects of a message in their order, several at a time. The number of tasks is limited, however many
 * effects a message has.
 */
final class EffectTasks {
    /** The acquisition of jobs, and the marks. */
    private static final int CONCURRENT = 1 + JobEffects.CONCURRENT_MARKS;

    private final ExecutorService tasks;

    EffectTasks(ExecutorService tasks) {
        this.tasks = tasks;
    }

    /** Begins a single effect. */
    Future<?> begin(Effect effect) {
        return tasks.submit(() -> {
            effect.apply();
            return null;
        });
    }

    /** Waits for all effects and returns the first failure; an interrupt cancels all. */
    Optional<RuntimeException> apply(List<Effect> effects) throws InterruptedException {
        Queue<Effect> waiting = new ConcurrentLinkedQueue<>(effects);
        Failures failures = new Failures();
        List<Future<?>> begun = new ArrayList<>();
        for (int i = 0; i < Math.min(CONCURRENT, effects.size()); i++) {
            begun.add(begin(() -> apply(waiting, failures)));
        }
        for (Future<?> task : begun) {
            try {
                Outcome.of(task);
            } catch (RuntimeException e) {
                failures.add(e);
            } catch (InterruptedException e) {
                begun.forEach(other -> other.cancel(true));
                throw e;
            }
        }
        return failures.first();
    }

    private static void apply(Queue<Effect> waiting, Failures failures) throws InterruptedException {
        for (Effect effect = waiting.poll(); effect != null; effect = waiting.poll()) {
            try {
                effect.apply();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
    }

    /** The first failure with some of the others, because each may have a long message. */
    private static final class Failures {
        private static final int MAX_SUPPRESSED = 10;

        private @Nullable RuntimeException first;

        synchronized void add(RuntimeException failure) {
            if (first == null) {
                first = failure;
            } else if (first.getSuppressed().length < MAX_SUPPRESSED) {
                first.addSuppressed(failure);
            }
        }

        synchronized Optional<RuntimeException> first() {
            return Optional.ofNullable(first);
        }
    }
}

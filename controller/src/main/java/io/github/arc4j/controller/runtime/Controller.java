package io.github.arc4j.controller.runtime;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.metrics.ControllerMetrics;
import io.github.arc4j.controller.runtime.metrics.ControllerMetrics.Outcome;
import io.github.arc4j.controller.runtime.metrics.RuntimeMetrics;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes keys from its queue and has a reconciler make a pass over each, many at a time, every one on a virtual thread of
 * its own. A pass that fails, whatever it throws, is logged and comes again with back-off.
 *
 * <p>While a pass runs, each log line has the {@link LogFields} of its object and an id that is new for each pass. Its
 * last line, for debugging, tells how it ended.
 */
public final class Controller {
    /** Passes at a time unless asked for otherwise. One that waits costs a virtual thread and nothing else. */
    public static final int DEFAULT_CONCURRENCY = 256;

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final String kind;
    private final String name;
    private final Reconciler reconciler;
    private final List<EventSource<?>> sources;
    private final WorkQueue<Request> queue;
    private final Semaphore permits;
    /**
     * For urgent keys beside the others: passes that make something may wait for a busy API server all together, and
     * those that remove something must not wait for them.
     */
    private final Semaphore urgentPermits;

    private final ControllerMetrics.ForController metrics;
    private final ExecutorService passes;
    private volatile boolean started;
    private volatile boolean stopping;

    private Controller(Builder builder, RuntimeMetrics metrics) {
        kind = builder.kind;
        name = kind.toLowerCase(Locale.ROOT);
        reconciler = builder.reconciler;
        sources = List.copyOf(builder.sources);
        queue = new WorkQueue<>(builder.backoff, metrics.queues().of(name));
        permits = new Semaphore(builder.concurrency);
        urgentPermits = new Semaphore(builder.concurrency);
        this.metrics = metrics.controllers().of(name, builder.concurrency);
        passes = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(name + "-", 0).factory());
    }

    /**
     * Starts a controller's description.
     *
     * @param kind of the objects
     */
    public static Builder builder(String kind, Reconciler reconciler) {
        return new Builder(kind, reconciler);
    }

    /** As metrics name it: the kind in lower case. */
    public String name() {
        return name;
    }

    /** Has the key reconciled soon, for reasons that no event source knows of. */
    public void enqueue(Request request, Priority priority) {
        if (started) {
            queue.add(request, priority);
        }
    }

    /** Begins to work: first on what is in the caches, with low priority, then on what changes. */
    public void start() {
        started = true;
        for (EventSource<?> source : sources) {
            source.replay(queue::add);
        }
        Thread.ofVirtual().name(name).start(() -> dispatch(Priority.LOW, permits));
        Thread.ofVirtual().name(name + "-urgent").start(() -> dispatch(Priority.HIGH, urgentPermits));
    }

    /** Takes no more keys. Passes under way go on. */
    public void stop() {
        stopping = true;
        queue.shutDown();
    }

    /**
     * Waits until no pass is under way.
     *
     * @return whether that was so in time
     */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        return queue.awaitIdle(timeout);
    }

    /** Interrupts the passes under way. */
    public void interrupt() {
        passes.shutdownNow();
    }

    private void dispatch(Priority least, Semaphore places) {
        try {
            while (true) {
                places.acquire();
                Request request = queue.take(least);
                if (request == null) {
                    return;
                }
                Place place = new Place(places);
                passes.execute(() -> place.run(() -> pass(request, place)));
            }
        } catch (InterruptedException e) {
            log.debug("Controller {} was interrupted", name);
        }
    }

    private void pass(Request request, Place place) {
        LogFields.put(kind, request);
        MDC.put(LogFields.RECONCILE_ID, UUID.randomUUID().toString());
        metrics.started();
        long begun = System.nanoTime();
        Outcome outcome = Outcome.ERROR;
        try {
            Result result = reconciler.reconcile(request);
            log(result, begun);
            outcome = settle(request, result);
        } catch (Throwable e) {
            // Whatever it is, this key must come again and all others must go on.
            failed(e);
            if (isMistake(e)) {
                metrics.panicked();
            }
            queue.addRateLimited(request);
        } finally {
            metrics.ended(outcome, Duration.ofNanos(System.nanoTime() - begun));
            queue.done(request);
            place.giveUp();
            MDC.clear();
        }
    }

    /** The language's own exceptions tell of mistakes; what calls fail with has classes of its own. */
    private static boolean isMistake(Throwable e) {
        return e instanceof Error
                || (e instanceof RuntimeException && e.getClass().getName().startsWith("java."));
    }

    private static void log(Result result, long begun) {
        if (log.isDebugEnabled()) {
            log.debug("Reconciled in {} ms: {}", (System.nanoTime() - begun) / 1_000_000, words(result));
        }
    }

    private static String words(Result result) {
        return switch (result) {
            case Result.Done() -> "done until something changes";
            case Result.RequeueAfter(Duration delay) -> "again after " + delay.truncatedTo(ChronoUnit.MILLIS);
            case Result.Retry(Backoff other) -> "retry with back-off";
            case Result.Postponed(Duration delay) -> "postponed by " + delay.truncatedTo(ChronoUnit.MILLIS);
        };
    }

    private Outcome settle(Request request, Result result) {
        return switch (result) {
            case Result.Done() -> {
                queue.forget(request);
                yield Outcome.SUCCESS;
            }
            case Result.RequeueAfter(Duration delay) -> {
                queue.forget(request);
                queue.addAfter(request, Backoff.spread(delay, Math.random()));
                yield Outcome.REQUEUE_AFTER;
            }
            case Result.Retry(Backoff other) -> {
                if (other == null) {
                    queue.addRateLimited(request);
                } else {
                    queue.addRateLimited(request, other);
                }
                yield Outcome.REQUEUE;
            }
            case Result.Postponed(Duration delay) -> {
                queue.addAfter(request, delay);
                yield Outcome.REQUEUE_AFTER;
            }
        };
    }

    private void failed(Throwable e) {
        if (stopping) {
            log.info("The process stops; the next one goes on from here: {}", e.toString());
        } else if (e instanceof KubernetesClientException refused && refused.getCode() == HTTP_CONFLICT) {
            log.debug("The object has changed meanwhile; trying again: {}", e.getMessage());
        } else {
            log.error("Reconciler error", e);
        }
    }

    /** Describes a controller. */
    public static final class Builder {
        private final String kind;
        private final Reconciler reconciler;
        private final List<EventSource<?>> sources = new ArrayList<>();
        private int concurrency = DEFAULT_CONCURRENCY;
        private Backoff backoff = Backoff.DEFAULT;

        private Builder(String kind, Reconciler reconciler) {
            this.kind = kind;
            this.reconciler = reconciler;
        }

        /** Adds a reason to reconcile. */
        public Builder on(EventSource<?> source) {
            sources.add(source);
            return this;
        }

        /** Passes at a time, at most; as many urgent ones may be under way beside them. */
        public Builder concurrency(int passes) {
            concurrency = passes;
            return this;
        }

        /** How failed keys come again. */
        public Builder backoff(Backoff settings) {
            backoff = settings;
            return this;
        }

        /** The controller. It listens to its sources, but does nothing before it is started. */
        public Controller build(RuntimeMetrics metrics) {
            Controller controller = new Controller(this, metrics);
            metrics.queues().observe(controller.name, controller.queue);
            for (EventSource<?> source : controller.sources) {
                source.connect(controller::enqueue);
            }
            return controller;
        }
    }
}

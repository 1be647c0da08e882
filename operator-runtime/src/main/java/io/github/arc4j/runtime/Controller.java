package io.github.arc4j.runtime;

import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_INTERNAL_ERROR;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.process.log.LogFields;
import io.github.arc4j.runtime.cache.Request;
import io.github.arc4j.runtime.metrics.ControllerMetrics;
import io.github.arc4j.runtime.metrics.ControllerMetrics.Outcome;
import io.github.arc4j.runtime.metrics.RuntimeMetrics;
import io.github.arc4j.runtime.queue.Priority;
import io.github.arc4j.runtime.queue.Slot;
import io.github.arc4j.runtime.queue.WorkQueue;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes keys from its queue and reconciles them concurrently, each on its own virtual thread. A reconcile that fails,
 * whatever it throws, is logged and retried with backoff.
 *
 * <p>During a reconcile, each log line has the {@link LogFields} of its object and an ID that is unique to the
 * reconcile. The last line, at level debug, contains the result, unless it is done without a step, as for an object that
 * no longer exists.
 */
public final class Controller {
    /** Default number of concurrent reconciles. A reconcile that waits costs only a virtual thread. */
    public static final int DEFAULT_CONCURRENCY = 256;

    private static final Duration LONGEST_DELAY = Duration.ofDays(1);

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final String kind;
    private final String name;
    private final Reconciler reconciler;
    private final List<EventSource<?>> sources;
    private final List<Request> initial;
    private final WorkQueue<Request> queue;
    private final Semaphore permits;
    /**
     * Additional permits for urgent keys: reconciles that create objects may all be waiting for a busy API server, and
     * those that delete objects must not wait for them.
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
        initial = List.copyOf(builder.initial);
        queue = new WorkQueue<>(
                builder.backoff, Request::namespace, metrics.queues().of(name));
        permits = new Semaphore(builder.concurrency);
        urgentPermits = new Semaphore(builder.concurrency);
        this.metrics = metrics.controllers().of(name, builder.concurrency);
        passes = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(name + "-", 0).factory());
    }

    public static Builder builder(String kind, Reconciler reconciler) {
        return new Builder(kind, reconciler);
    }

    /** The name in metrics: the kind in lower case. */
    public String name() {
        return name;
    }

    /** Enqueues a key for a reason that no event source covers. */
    public void enqueue(Request request, Priority priority) {
        if (started) {
            queue.add(request, priority);
        }
    }

    /** Starts to reconcile: first the cached objects, with low priority, then changes. */
    public void start() {
        started = true;
        for (EventSource<?> source : sources) {
            source.replay(queue::add);
        }
        initial.forEach(request -> queue.add(request, Priority.LOW));
        Thread.ofVirtual().name(name).start(() -> dispatch(Priority.LOW, permits));
        Thread.ofVirtual().name(name + "-urgent").start(() -> dispatch(Priority.HIGH, urgentPermits));
    }

    /** Takes no more keys. Reconciles in progress continue. */
    public void stop() {
        stopping = true;
        queue.shutDown();
    }

    /**
     * Waits until no reconcile is in progress.
     *
     * @return false if the timeout elapsed first
     */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        return queue.awaitIdle(timeout);
    }

    /** Interrupts the reconciles in progress. */
    public void interrupt() {
        passes.shutdownNow();
    }

    private void dispatch(Priority minimum, Semaphore slots) {
        try {
            while (true) {
                slots.acquire();
                Request request = queue.take(minimum);
                if (request == null) {
                    return;
                }
                Slot slot = new Slot(slots);
                passes.execute(() -> slot.run(() -> pass(request, slot)));
            }
        } catch (InterruptedException e) {
            log.debug("Controller {} was interrupted", name);
        }
    }

    private void pass(Request request, Slot slot) {
        LogFields.putObject(kind, request.namespace(), request.name());
        MDC.put(LogFields.RECONCILE_ID, newId());
        metrics.started();
        long begun = System.nanoTime();
        Outcome outcome = Outcome.ERROR;
        try {
            Result result = reconciler.reconcile(request);
            log(result, begun);
            outcome = settle(request, result);
        } catch (Throwable e) {
            // Any failure must lead to a retry of this key and must not affect others.
            failed(e);
            if (isDefect(e)) {
                metrics.panicked();
            }
            queue.addRateLimited(request);
        } finally {
            metrics.ended(outcome, Duration.ofNanos(System.nanoTime() - begun));
            queue.done(request);
            slot.release();
            MDC.clear();
        }
    }

    /** Unique, but not secret: a secure random number would cost a quarter of a log line. */
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /**
     * Whether an exception indicates a defect: those of the JDK do, while failed calls have their own exception
     * classes.
     */
    private static boolean isDefect(Throwable e) {
        return e instanceof Error
                || (e instanceof RuntimeException && e.getClass().getName().startsWith("java."));
    }

    private static void log(Result result, long begun) {
        boolean nothingToDo = result instanceof Result.Done && MDC.get(LogFields.STEP) == null;
        if (log.isDebugEnabled() && !nothingToDo) {
            log.debug("Reconciled in {} ms: {}", (System.nanoTime() - begun) / 1_000_000, describe(result));
        }
    }

    private static String describe(Result result) {
        return switch (result) {
            case Result.Done() -> "done until something changes";
            case Result.RequeueAfter(Duration delay) -> "requeued after " + delay.truncatedTo(ChronoUnit.MILLIS);
            case Result.Retry(Backoff other) -> "retried with backoff";
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
                queue.addAfter(request, spread(delay, Math.random()));
                yield Outcome.REQUEUE_AFTER;
            }
            case Result.Retry(Backoff other) -> {
                queue.addRateLimited(request, other);
                yield Outcome.REQUEUE;
            }
            case Result.Postponed(Duration delay) -> {
                queue.addAfter(request, delay);
                yield Outcome.REQUEUE_AFTER;
            }
        };
    }

    /**
     * Adds up to 10 % of jitter to a delay, so that keys which wait for the same event are not reconciled together.
     * Delays are limited to one day: users can write timestamps centuries ahead into a status.
     *
     * @param random a number in [0, 1)
     */
    static Duration spread(Duration delay, double random) {
        Duration bounded = delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
        return bounded.plusNanos((long) (bounded.toNanos() * 0.1 * random));
    }

    private void failed(Throwable e) {
        if (stopping) {
            log.info("The process is stopping; the next one continues from here: {}", e.toString());
        } else if (e instanceof KubernetesClientException conflict && conflict.getCode() == HTTP_CONFLICT) {
            log.debug("The object has changed; retrying: {}", e.getMessage());
        } else if (e instanceof KubernetesClientException rejected && isRejection(rejected.getCode())) {
            log.warn("The API server rejected a request: {}", e.getMessage());
            log.debug("The rejected request", e);
        } else {
            log.error("Reconciler error", e);
        }
    }

    private static boolean isRejection(int status) {
        return status >= HTTP_BAD_REQUEST && status < HTTP_INTERNAL_ERROR;
    }

    public static final class Builder {
        private final String kind;
        private final Reconciler reconciler;
        private final List<EventSource<?>> sources = new ArrayList<>();
        private final List<Request> initial = new ArrayList<>();
        private int concurrency = DEFAULT_CONCURRENCY;
        private Backoff backoff = WorkQueue.DEFAULT_BACKOFF;

        private Builder(String kind, Reconciler reconciler) {
            this.kind = kind;
            this.reconciler = reconciler;
        }

        public Builder on(EventSource<?> source) {
            sources.add(source);
            return this;
        }

        /** Adds a key that is reconciled from the start, for a task that does not concern a single object. */
        public Builder startingWith(Request request) {
            initial.add(request);
            return this;
        }

        /** Maximum number of concurrent reconciles; the same number of urgent ones may run in addition. */
        public Builder concurrency(int passes) {
            concurrency = passes;
            return this;
        }

        public Builder backoff(Backoff settings) {
            backoff = settings;
            return this;
        }

        /** Builds the controller. It is connected to its sources, but does nothing until it is started. */
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

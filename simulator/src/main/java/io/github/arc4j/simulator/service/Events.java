package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.SimulatorEvent;
import io.github.arc4j.simulator.SimulatorEvent.Kind;
import io.github.arc4j.simulator.service.state.Job;
import io.github.arc4j.simulator.service.state.Monitor;
import io.github.arc4j.simulator.service.state.Runner;
import io.github.arc4j.simulator.service.state.ScaleSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Numbers events, keeps the latest ones, and delivers them to subscribers in order, on a separate thread without
 * holding the lock.
 */
public final class Events implements AutoCloseable {
    private static final int MAX_EVENTS = 10_000;

    private final Monitor monitor;
    private final List<Consumer<SimulatorEvent>> subscribers = new CopyOnWriteArrayList<>();
    private final Deque<SimulatorEvent> latest = new ArrayDeque<>();
    private final ExecutorService delivery;
    private long sequence;

    Events(Monitor monitor) {
        this.monitor = monitor;
        delivery = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), action -> {
            Thread thread = new Thread(action, "simulator-events");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Calls the subscriber for every event from now on, until the result is closed. */
    public AutoCloseable subscribe(Consumer<SimulatorEvent> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /** The kept events after this sequence number; if there are none, those that occur within the timeout. */
    public List<SimulatorEvent> awaitSince(long after, Duration timeout) throws InterruptedException {
        try {
            monitor.await(() -> sequence > after, timeout);
        } catch (TimeoutException none) {
            return List.of();
        }
        return monitor.locked(
                () -> latest.stream().filter(event -> event.sequence() > after).toList());
    }

    void publish(Kind kind, @Nullable ScaleSet scaleSet, @Nullable Job job, @Nullable Runner runner, String detail) {
        SimulatorEvent event = new SimulatorEvent(
                ++sequence,
                Instant.now(),
                kind,
                scaleSet == null ? "" : scaleSet.name(),
                job == null ? 0 : job.id(),
                job == null ? "" : job.displayName(),
                runner == null ? 0 : runner.id(),
                runner == null ? "" : runner.name(),
                detail);
        latest.addLast(event);
        if (latest.size() > MAX_EVENTS) {
            latest.removeFirst();
        }
        monitor.changed();
        if (subscribers.isEmpty()) {
            return;
        }
        try {
            delivery.execute(() -> subscribers.forEach(subscriber -> subscriber.accept(event)));
        } catch (RejectedExecutionException closed) {
            // The simulator is closed, so there is no one to notify.
        }
    }

    @Override
    public void close() {
        delivery.shutdown();
    }
}

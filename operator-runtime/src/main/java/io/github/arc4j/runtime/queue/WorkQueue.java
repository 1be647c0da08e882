package io.github.arc4j.runtime.queue;

import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.queue.QueueEntry.Waiting;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A deduplicating queue of keys. A key is queued at most once however often it is added, and is not taken again before
 * {@link #done}; if it is added in between, it is queued again afterwards.
 *
 * <p>Keys with a higher {@link Priority} are taken first. Within a priority, tenants take turns, and the keys of one
 * tenant are taken in the order in which they were added. No tenant can make the keys of another wait forever: of ten
 * keys taken without a minimum, at least one has each priority of which keys wait. So the n-th key of a tenant is taken
 * after at most 10 n keys for each tenant that has keys of this priority, however many keys these tenants add.
 *
 * <p>Of several delayed adds, the earliest counts, and an immediate one cancels them, because the reconcile that
 * follows determines the next delay. No method takes more than logarithmic time. There is no timer: a thread that waits
 * in {@link #take} wakes up when the next delayed key is due.
 *
 * @param <K> the type of the keys, which are compared by equality
 */
public final class WorkQueue<K> {
    /** 5 ms to 1000 s, as controller-runtime; the jitter separates keys that failed together. */
    public static final Backoff DEFAULT_BACKOFF = Backoff.doubling(Duration.ofMillis(5), Duration.ofSeconds(1000));

    private final Backoff backoff;
    private final QueueMetrics metrics;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final Map<K, QueueEntry<K>> entries = new HashMap<>();
    private final ReadyEntries<K> ready;
    private final TreeSet<QueueEntry<K>> delayed = new TreeSet<>(
            Comparator.<QueueEntry<K>>comparingLong(entry -> entry.due).thenComparingLong(entry -> entry.number));
    private final Set<QueueEntry<K>> processing = new LinkedHashSet<>();
    private long lastNumber;
    private boolean shutDown;

    /**
     * A queue that uses the system clock.
     *
     * @param tenant returns the tenant of a key, compared by equality; must return quickly
     */
    public WorkQueue(Backoff backoff, Function<? super K, ?> tenant, QueueMetrics metrics) {
        this(backoff, tenant, metrics, System::nanoTime, Math::random);
    }

    WorkQueue(
            Backoff backoff,
            Function<? super K, ?> tenant,
            QueueMetrics metrics,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.backoff = backoff;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.random = random;
        this.ready = new ReadyEntries<>(tenant, metrics);
    }

    /** Adds a key. The priority of a queued key may increase, but never decreases. */
    public void add(K key, Priority priority) {
        admitted(key, entry -> makeReady(entry, priority));
    }

    /** Adds a key after a delay, with the priority with which it was last taken. Zero means immediately. */
    public void addAfter(K key, Duration delay) {
        admitted(key, entry -> {
            if (delay.isPositive()) {
                metrics.retried();
                delay(entry, delay);
            } else {
                makeReady(entry, entry.takenAs);
            }
        });
    }

    /** Counts a failure of the key and adds it after the resulting backoff. */
    public void addRateLimited(K key) {
        addRateLimited(key, null);
    }

    /** As {@link #addRateLimited(Object)}, with a different backoff unless it is null. */
    public void addRateLimited(K key, @Nullable Backoff other) {
        admitted(key, entry -> {
            entry.failures++;
            metrics.retried();
            delay(entry, (other == null ? backoff : other).after(entry.failures, random.getAsDouble()));
        });
    }

    /** Resets the key's backoff. Does not remove it from the queue. */
    public void forget(K key) {
        change(() -> {
            QueueEntry<K> entry = entries.get(key);
            if (entry != null) {
                entry.failures = 0;
                dropIfIdle(entry);
            }
        });
    }

    /** The number of consecutive calls of {@link #addRateLimited} for the key. */
    public int failures(K key) {
        return locked(() -> {
            QueueEntry<K> entry = entries.get(key);
            return entry == null ? 0 : entry.failures;
        });
    }

    /**
     * Waits for a key with at minimum this priority and takes it; {@link #done} must follow.
     *
     * @return null if the queue is shut down
     */
    public @Nullable K take(Priority minimum) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!shutDown) {
                K key = poll(minimum);
                if (key != null) {
                    return key;
                }
                if (delayed.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitNanos(delayed.first().due - nanoTime.getAsLong());
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a key that is due, or returns null. */
    @Nullable K poll(Priority minimum) {
        lock.lock();
        try {
            promoteDue();
            QueueEntry<K> entry = ready.take(minimum);
            if (entry == null) {
                return null;
            }
            long now = nanoTime.getAsLong();
            metrics.waited(Duration.ofNanos(now - entry.readySince));
            entry.take(now);
            processing.add(entry);
            return entry.key;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the processing of a key that was taken. */
    public void done(K key) {
        change(() -> {
            QueueEntry<K> entry = entries.get(key);
            if (entry == null || !entry.isProcessing) {
                throw new IllegalStateException("not taken: " + key);
            }
            processing.remove(entry);
            entry.isProcessing = false;
            metrics.worked(Duration.ofNanos(nanoTime.getAsLong() - entry.takenAt));
            if (entry.waiting == Waiting.READY) {
                offer(entry);
            }
            dropIfIdle(entry);
            if (processing.isEmpty()) {
                idle.signalAll();
            }
        });
    }

    /** Drops queued keys and later additions; {@link #take} returns null. Does not affect keys that were taken. */
    public void shutDown() {
        change(() -> {
            shutDown = true;
            delayed.clear();
            ready.clear();
            entries.values().removeIf(entry -> !entry.isProcessing);
            processing.forEach(entry -> entry.waiting = Waiting.NO);
            changed.signalAll();
        });
    }

    /**
     * Waits until no key is being processed.
     *
     * @return false if the timeout elapsed first
     */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long remaining = timeout.toNanos();
            while (!processing.isEmpty() && remaining > 0) {
                remaining = idle.awaitNanos(remaining);
            }
            return processing.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The running times of the reconciles in progress, in nanoseconds. */
    public LongStream running() {
        long[] running = locked(() -> {
            long now = nanoTime.getAsLong();
            return processing.stream().mapToLong(entry -> now - entry.takenAt).toArray();
        });
        return LongStream.of(running);
    }

    private void change(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    private <R> R locked(Supplier<R> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void admitted(K key, Consumer<QueueEntry<K>> action) {
        change(() -> {
            if (!shutDown) {
                action.accept(entries.computeIfAbsent(key, k -> new QueueEntry<>(k, ++lastNumber)));
            }
        });
    }

    private void makeReady(QueueEntry<K> entry, Priority priority) {
        switch (entry.waiting) {
            case READY -> {
                Priority raised = entry.priority.max(priority);
                if (raised != entry.priority && !entry.isProcessing) {
                    ready.remove(entry);
                    entry.priority = raised;
                    offer(entry);
                }
                entry.priority = raised;
                return;
            }
            case DELAYED -> {
                delayed.remove(entry);
                entry.priority = entry.priority.max(priority);
            }
            case NO -> entry.priority = priority;
        }
        entry.waiting = Waiting.READY;
        entry.readySince = nanoTime.getAsLong();
        metrics.added();
        if (!entry.isProcessing) {
            offer(entry);
        }
    }

    private void delay(QueueEntry<K> entry, Duration delay) {
        long due = nanoTime.getAsLong() + delay.toNanos();
        switch (entry.waiting) {
            case READY -> {}
            case DELAYED -> {
                if (due < entry.due) {
                    delayed.remove(entry);
                    schedule(entry, due);
                }
            }
            case NO -> {
                entry.priority = entry.takenAs;
                entry.waiting = Waiting.DELAYED;
                schedule(entry, due);
            }
        }
    }

    private void schedule(QueueEntry<K> entry, long due) {
        entry.due = due;
        delayed.add(entry);
        if (delayed.first() == entry) {
            // Threads in take() are waiting for a later time.
            changed.signalAll();
        }
    }

    private void promoteDue() {
        long now = nanoTime.getAsLong();
        while (!delayed.isEmpty() && delayed.first().due <= now) {
            makeReady(delayed.first(), delayed.first().priority);
        }
    }

    private void offer(QueueEntry<K> entry) {
        ready.add(entry);
        changed.signalAll();
    }

    private void dropIfIdle(QueueEntry<K> entry) {
        if (entry.isForgettable()) {
            entries.remove(entry.key);
        }
    }
}

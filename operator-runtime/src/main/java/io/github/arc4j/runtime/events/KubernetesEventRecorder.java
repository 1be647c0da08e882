package io.github.arc4j.runtime.events;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_INTERNAL_ERROR;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events to the API server, one at a time and in the background. Events are dropped if they arrive faster than
 * they can be written, if the API server rejects them, or if it does not accept them within about a minute. A repeated
 * Event is written and logged at most once in 30 s, with its count. {@link EventQueue} states which Events are dropped.
 */
public final class KubernetesEventRecorder implements EventRecorder, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KubernetesEventRecorder.class);

    private static final Duration REPEAT_INTERVAL = Duration.ofSeconds(30);
    private static final Duration FLUSH_TIMEOUT = Duration.ofMillis(500);
    private static final Backoff RETRY = Backoff.doubling(Duration.ofMillis(100), Duration.ofSeconds(20));
    /** The last attempt is slightly more than a minute after the first. */
    private static final int MAX_ATTEMPTS = 11;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MAX_QUEUED = 1000;
    private static final int MAX_KNOWN = 4096;
    /** The API server rejects longer messages. */
    private static final int MAX_MESSAGE = 1024;

    private final EventRequests requests;
    private final String component;
    private final InstantSource clock;
    private final EventQueue waiting = new EventQueue(MAX_QUEUED);
    private final Thread writer;

    /** Guarded by itself. */
    private final KnownEvents known = new KnownEvents(MAX_KNOWN);

    /** @param component the reporting component that Events contain */
    public KubernetesEventRecorder(KubernetesApi api, String component) {
        this(api, component, InstantSource.system());
    }

    public KubernetesEventRecorder(KubernetesApi api, String component, InstantSource clock) {
        this.requests = new EventRequests(api);
        this.component = component;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("events").start(this::write);
    }

    @Override
    public void record(HasMetadata object, Type type, String reason, String message) {
        String text = text(reason, message);
        if (record(object, type, reason, text, true)) {
            EventLog.log(object, type, reason, text);
        }
    }

    @Override
    public void recordAgain(HasMetadata object, Type type, String reason, String message) {
        record(object, type, reason, text(reason, message), false);
    }

    /** The message; the reason if it is empty, as conditions written by others may be. */
    private static String text(String reason, String message) {
        return message.isBlank() ? reason : MessageText.of(message, MAX_MESSAGE);
    }

    /** Records the Event; returns whether to log it. */
    private boolean record(HasMetadata object, Type type, String reason, String message, boolean mayBeLogged) {
        EventSeries.Key key =
                new EventSeries.Key(Objects.toString(object.getMetadata().getUid(), ""), type, reason, message);
        String namespace = Objects.toString(object.getMetadata().getNamespace(), "");
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        synchronized (known) {
            EventSeries series = known.computeIfAbsent(
                    namespace, key, () -> new EventSeries(key, EventSeries.reference(object), now));
            series.last = now;
            series.count++;
            if (isDue(series.written, now) && !series.isQueued) {
                enqueue(series);
            }
            boolean isLogged = mayBeLogged && isDue(series.logged, now);
            if (isLogged) {
                series.logged = now;
            }
            return isLogged;
        }
    }

    private void enqueue(EventSeries series) {
        series.isQueued = true;
        EventSeries dropped = waiting.add(series);
        if (dropped != null) {
            dropped.isQueued = false;
        }
    }

    /** Also true if the clock was set back. */
    private static boolean isDue(@Nullable Instant lastTime, Instant now) {
        return lastTime == null || Duration.between(lastTime, now).abs().compareTo(REPEAT_INTERVAL) >= 0;
    }

    /** Writes the queued Events, but not those that wait for another attempt, for at most half a second, and stops. */
    @Override
    public void close() throws InterruptedException {
        close(FLUSH_TIMEOUT);
    }

    /** Writes the queued Events, and stops when that is done or the timeout elapses. */
    public void close(Duration timeout) throws InterruptedException {
        waiting.close();
        writer.join(timeout);
        writer.interrupt();
        writer.join(FLUSH_TIMEOUT);
    }

    private void write() {
        int failuresInARow = 0;
        try {
            for (EventSeries next = waiting.take(); next != null; next = waiting.take()) {
                if (write(next)) {
                    failuresInARow = 0;
                } else {
                    failuresInARow++;
                    Thread.sleep(RETRY.after(failuresInARow));
                }
            }
        } catch (InterruptedException e) {
            log.debug("No longer writing events");
        }
    }

    /**
     * Writes an Event; returns whether the API server is available. An Event that it neither accepted nor rejected is
     * retried.
     */
    private boolean write(EventSeries series) {
        Event event;
        boolean isCreated;
        synchronized (known) {
            series.isQueued = false;
            series.written = series.last;
            event = series.event(component);
            isCreated = series.isCreated;
        }
        try {
            if (!isCreated || !requests.updateCount(event)) {
                requests.create(event);
            }
            written(series);
            return true;
        } catch (KubernetesClientException e) {
            boolean isAvailable = isAvailable(e);
            if (!isAvailable
                    || e.getCode() == HTTP_CONFLICT
                    || e.getCode() == TOO_MANY_REQUESTS
                    || e.getCode() >= HTTP_INTERNAL_ERROR) {
                retry(series, e, isAvailable);
            } else {
                rejected(series, e);
            }
            return isAvailable;
        }
    }

    private void written(EventSeries series) {
        synchronized (known) {
            series.isCreated = true;
            series.failures = 0;
        }
    }

    /**
     * Queues an Event again. The writer does not wait for one that an available API server cannot write, such as an
     * Event that another client has made too large, or one beyond the limit of its namespace (429 of the admission plugin
     * EventRateLimit): the Events of other namespaces would be delayed with it.
     */
    private void retry(EventSeries series, KubernetesClientException e, boolean isDelayed) {
        synchronized (known) {
            series.failures++;
            if (series.failures >= MAX_ATTEMPTS) {
                log.info("Dropping event {}: {}", series.key.reason(), e.getMessage());
                series.failures = 0;
                return;
            }
            log.debug("Retrying to write event {}: {}", series.key.reason(), e.getMessage());
            if (series.isQueued) {
                return;
            }
            if (isDelayed) {
                series.isQueued = true;
                CompletableFuture.delayedExecutor(
                                RETRY.after(series.failures).toMillis(),
                                TimeUnit.MILLISECONDS,
                                Thread::startVirtualThread)
                        .execute(() -> enqueueDelayed(series));
            } else {
                enqueue(series);
            }
        }
    }

    private void enqueueDelayed(EventSeries series) {
        synchronized (known) {
            enqueue(series);
        }
    }

    private void rejected(EventSeries series, KubernetesClientException e) {
        String reason = series.key.reason();
        String object = series.object.getName();
        if (e.getCode() == HTTP_FORBIDDEN || e.getCode() == HTTP_NOT_FOUND) {
            // The namespace is being deleted, or its permissions were deleted with a scale set.
            log.debug("Event {} on {} can no longer be written: {}", reason, object, e.getMessage());
        } else {
            log.warn("Cannot write event {} on {}: {}", reason, object, e.getMessage());
        }
    }

    private static boolean isAvailable(KubernetesClientException e) {
        return e.getCode() > 0 && e.getCode() != HTTP_UNAVAILABLE;
    }
}

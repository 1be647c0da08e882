package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches objects of one kind on its own virtual thread, and retries forever. A watch that ends is resumed where it
 * ended.
 */
abstract class WatchLoop<T extends HasMetadata> implements AutoCloseable {
    static final Backoff BACKOFF = Backoff.doubling(Duration.ofMillis(100), Duration.ofSeconds(30));
    /**
     * The server sends a bookmark every minute even if nothing happens; a connection that is silent for this long is
     * dead.
     */
    static final Duration MAX_SILENCE = Duration.ofMinutes(3);

    /** The server ends each watch after a random time, so that not all are reopened together. */
    private static final Duration SHORTEST_WATCH = Duration.ofMinutes(5);
    /** A shorter watch indicates a server that is shutting down and ends watches immediately. */
    private static final Duration MIN_WATCH = Duration.ofSeconds(1);

    final ListWatch<T> requests;
    private final Logger log = LoggerFactory.getLogger(getClass());
    private final KubernetesApi api;
    private final String plural;
    private final @Nullable String namespace;
    private final Duration maxSilence;
    private final Thread thread;

    /** The version from which the next watch starts; empty if unknown. */
    String version = "";

    int failures;
    volatile boolean open;
    private volatile boolean closed;

    WatchLoop(
            KubernetesApi api,
            ListWatch<T> requests,
            Class<? extends HasMetadata> type,
            @Nullable String namespace,
            Duration maxSilence) {
        this.api = api;
        this.requests = requests;
        this.plural = HasMetadata.getPlural(type);
        this.namespace = namespace;
        this.maxSilence = maxSilence;
        this.thread = Thread.ofVirtual()
                // The watch outlives a reconcile that starts it, whose ID must not appear in its log lines.
                .inheritInheritableThreadLocals(false)
                .name("watch " + this)
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** The watched resource and namespace. */
    @Override
    public String toString() {
        return namespace == null ? plural : plural + " in " + namespace;
    }

    void beforeWatch() throws IOException, InterruptedException {}

    void opened() {}

    abstract void apply(WatchEvent<T> event);

    /**
     * The server rejected a request or has ended the watch with an error; returns the pause before the next attempt.
     */
    abstract Backoff rejected(KubernetesClientException e);

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (KubernetesClientException e) {
                pause(rejected(e));
            } catch (IOException e) {
                if (!closed) {
                    log.info("Lost the watch of {}: {}", this, rootOf(e).toString());
                    pause(BACKOFF);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A defect; an event may not have been applied.
                log.error("The watch of {} failed and is restarted", this, e);
                api.metrics().watchFailed(plural);
                version = "";
                pause(BACKOFF);
            }
        }
    }

    private void follow() throws IOException, InterruptedException {
        beforeWatch();
        long begun = System.nanoTime();
        Duration timeout = SHORTEST_WATCH
                .multipliedBy(ThreadLocalRandom.current().nextLong(100, 200))
                .dividedBy(100);
        try (EventStream<T> events = requests.watch(version, timeout, maxSilence)) {
            opened();
            open = true;
            for (WatchEvent<T> event = events.next(); event != null && !closed; event = events.next()) {
                apply(event);
                failures = 0;
            }
        } finally {
            open = false;
        }
        if (System.nanoTime() - begun < MIN_WATCH.toNanos()) {
            pause(BACKOFF);
        }
    }

    static KubernetesClientException failure(Status status) {
        return new KubernetesClientException(
                "the watch failed: " + status.getMessage(), Objects.requireNonNullElse(status.getCode(), 0), status);
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private void pause(Backoff backoff) {
        failures++;
        try {
            Thread.sleep(backoff.after(failures));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

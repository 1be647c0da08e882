package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import io.github.arc4j.controller.runtime.cache.ResourceVersion;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.queue.Backoff;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache up to date with the API server: lists once, then watches. A watch that ends is resumed where it ended;
 * only if the server no longer has the changes since then, everything is listed again, and objects deleted in the
 * meantime are removed from the cache.
 *
 * <p>Runs on its own virtual thread and retries forever.
 *
 * @param <T> the kind of the objects
 */
public final class Reflector<T extends HasMetadata> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reflector.class);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));
    /** The server ends each watch after a random time, so that not all are reopened together. */
    private static final Duration WATCH_MIN = Duration.ofMinutes(5);
    /**
     * The server sends a bookmark every minute even if nothing happens; a connection that is silent for this long is
     * dead.
     */
    private static final Duration MAX_SILENCE = Duration.ofMinutes(3);

    private static final int MAX_REFUSALS = 3;

    private final KubernetesApi api;
    private final ListWatch<T> requests;
    private final ResourceCache<T> cache;
    private final @Nullable String namespace;
    private final Duration maxSilence;
    private final Thread thread;
    private final CountDownLatch synced = new CountDownLatch(1);

    /** The version from which the next watch starts; null if everything has to be listed. */
    private @Nullable String version;

    /** The latest known version; empty at first. */
    private String newest = "";

    private int failures;
    private volatile long lastHeard = System.nanoTime();
    private volatile boolean closed;

    /**
     * @param cache the cache to feed; reflectors of different namespaces may feed the same cache
     * @param namespace the namespace to watch; null for all
     */
    public Reflector(KubernetesApi api, ResourceCache<T> cache, @Nullable String namespace) {
        this(api, cache, namespace, MAX_SILENCE);
    }

    Reflector(KubernetesApi api, ResourceCache<T> cache, @Nullable String namespace, Duration maxSilence) {
        this.api = api;
        this.requests = ListWatch.of(
                api,
                cache.type(),
                namespace,
                version -> cache.knows(version.name(), version.uid(), version.resourceVersion()));
        this.cache = cache;
        this.namespace = namespace;
        this.maxSilence = maxSilence;
        this.thread = Thread.ofVirtual().name("watch " + this).unstarted(this::run);
        api.metrics().watches(HasMetadata.getPlural(cache.type()), this::silence);
    }

    /** Starts to list and watch. */
    public void start() {
        thread.start();
    }

    /**
     * Waits until the cache contains everything that existed at the start.
     *
     * @return false if the timeout elapsed first
     */
    public boolean awaitSynced(Duration timeout) throws InterruptedException {
        return synced.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The time since the API server last sent data. It sends a bookmark every minute even if nothing happens. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastHeard);
    }

    /** Ends the watch. The cache keeps its contents. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** The watched resource and namespace. */
    @Override
    public String toString() {
        String plural = HasMetadata.getPlural(cache.type());
        return namespace == null ? plural : plural + " in " + namespace;
    }

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (KubernetesClientException e) {
                // A server that rejects the watch repeatedly may not know the version, because its storage was
                // restored.
                if (e.getCode() == HttpURLConnection.HTTP_GONE || failures >= MAX_REFUSALS) {
                    log.info("Listing {} again: {}", this, e.getMessage());
                    version = null;
                } else {
                    log.warn("Cannot watch {}: {}", this, e.getMessage());
                }
                pause();
            } catch (IOException e) {
                if (!closed) {
                    log.info("Lost the watch of {}: {}", this, rootOf(e).toString());
                    pause();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A defect; the event may not have reached the cache.
                log.error("The watch of {} failed and is restarted", this, e);
                api.metrics().watchFailed(HasMetadata.getPlural(cache.type()));
                version = null;
                pause();
            }
        }
    }

    private void follow() throws IOException, InterruptedException {
        if (version == null) {
            Listing<T> listing = requests.list();
            if (ResourceVersion.isNewer(newest, listing.resourceVersion())) {
                // Lists are never stale, so the server's storage was restored to an older state.
                log.warn("The API server was restored from version {} to {}", newest, listing.resourceVersion());
                cache.replaceAfterRestore(namespace, listing.objects(), listing.unreadable());
            } else {
                cache.replaceAll(namespace, listing.objects(), listing.unreadable(), listing.resourceVersion());
            }
            version = listing.resourceVersion();
            newest = version;
            lastHeard = System.nanoTime();
            synced.countDown();
        }
        long opened = System.nanoTime();
        Duration timeout = WATCH_MIN
                .multipliedBy(ThreadLocalRandom.current().nextLong(100, 200))
                .dividedBy(100);
        try (EventStream<T> events = requests.watch(version, timeout, maxSilence)) {
            for (WatchEvent<T> event = events.next(); event != null && !closed; event = events.next()) {
                apply(event);
                failures = 0;
            }
        }
        if (System.nanoTime() - opened < TimeUnit.SECONDS.toNanos(1)) {
            // A server that is shutting down ends watches immediately.
            pause();
        }
    }

    private void apply(WatchEvent<T> event) {
        lastHeard = System.nanoTime();
        switch (event) {
            case WatchEvent.Present<T>(T object) -> {
                advance(object.getMetadata().getResourceVersion());
                cache.written(object);
            }
            case WatchEvent.Gone<T>(ObjectVersion last) -> {
                advance(last.resourceVersion());
                cache.deleted(last.name(), last.uid());
            }
            case WatchEvent.Bookmark<T>(String upTo) -> advance(upTo);
            case WatchEvent.Failed<T>(Status status) -> {
                version = null;
                throw new KubernetesClientException(
                        "the watch failed: " + status.getMessage(),
                        Objects.requireNonNullElse(status.getCode(), 0),
                        status);
            }
        }
    }

    private void advance(String to) {
        if (!to.isEmpty()) {
            version = to;
            newest = to;
        }
    }

    static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private void pause() {
        failures++;
        try {
            Thread.sleep(BACKOFF.delay(failures, ThreadLocalRandom.current().nextDouble()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

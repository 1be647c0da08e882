package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.cache.ResourceVersion;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache up to date with the API server: lists once, then watches. A watch that ends is resumed where it ended;
 * only if the server no longer has the changes since then, everything is listed again, and objects deleted in the
 * meantime are removed from the cache.
 */
public final class Reflector<T extends HasMetadata> extends WatchLoop<T> {
    private static final Logger log = LoggerFactory.getLogger(Reflector.class);

    private static final int MAX_REJECTIONS = 3;

    private final ResourceCache<T> cache;
    private final @Nullable String namespace;
    private final CountDownLatch synced = new CountDownLatch(1);

    /** The latest known version; empty at first. */
    private String newest = "";

    private volatile long lastHeard = System.nanoTime();

    /**
     * @param cache the cache to feed; reflectors of different namespaces may feed the same cache
     * @param namespace the namespace to watch; null for all
     */
    public Reflector(KubernetesApi api, ResourceCache<T> cache, @Nullable String namespace) {
        this(api, cache, namespace, MAX_SILENCE);
    }

    Reflector(KubernetesApi api, ResourceCache<T> cache, @Nullable String namespace, Duration maxSilence) {
        super(
                api,
                ListWatch.of(
                        api,
                        cache.type(),
                        namespace,
                        version -> cache.knows(version.name(), version.uid(), version.resourceVersion())),
                cache.type(),
                namespace,
                maxSilence);
        this.cache = cache;
        this.namespace = namespace;
        api.metrics().watches(HasMetadata.getPlural(cache.type()), this::silence);
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

    @Override
    Backoff rejected(KubernetesClientException e) {
        // A server that rejects the watch repeatedly may not know the version, because its storage was restored.
        if (e.getCode() == HttpURLConnection.HTTP_GONE || failures >= MAX_REJECTIONS) {
            log.info("Listing {} again: {}", this, e.getMessage());
            version = "";
        } else {
            log.warn("Cannot watch {}: {}", this, e.getMessage());
        }
        return BACKOFF;
    }

    @Override
    void beforeWatch() throws IOException, InterruptedException {
        if (!version.isEmpty()) {
            return;
        }
        ListWatch.Listing<T> listing = requests.list();
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

    @Override
    void apply(WatchEvent<T> event) {
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
                version = "";
                throw failure(status);
            }
        }
    }

    private void advance(String to) {
        if (!to.isEmpty()) {
            version = to;
            newest = to;
        }
    }
}

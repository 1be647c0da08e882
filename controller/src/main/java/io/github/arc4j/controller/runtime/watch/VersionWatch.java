package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import io.github.arc4j.controller.runtime.queue.Backoff;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the resource versions of objects of one kind in one namespace without storing the objects: for objects that
 * are read live, such as Secrets. Needs only the permission to watch.
 *
 * <p>Runs on its own virtual thread and retries forever, with backoff if the server refuses the watch.
 */
public final class VersionWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VersionWatch.class);

    private static final Backoff LOST_BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));
    /** Permissions may be granted by a later installation of a chart. */
    private static final Backoff REFUSED_BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));

    private static final Duration SHORTEST_WATCH = Duration.ofMinutes(5);
    private static final Duration MAX_SILENCE = Duration.ofMinutes(3);
    /** A shorter watch indicates a server that is shutting down and ends watches immediately. */
    private static final Duration MIN_WATCH = Duration.ofSeconds(1);

    /** Receives the events of the watch, on the watch's thread. Must return quickly. */
    public interface Observer {
        /**
         * An object has this version, possibly the one that was reported before.
         *
         * @param version empty if the object was deleted
         */
        void seen(String name, String version);

        /** The server has lost a part of its history; all existing objects are reported next. */
        void missedSomething();
    }

    private final KubernetesApi api;
    private final ListWatch<PartialObjectMetadata> requests;
    private final Observer observer;
    private final String plural;
    private final String label;
    private final Thread thread;

    /** The version from which the next watch starts; empty if unknown. */
    private String version = "";

    private boolean openedBefore;

    /** Whether the watch has been refused since it was last open. */
    private boolean refused;

    private int failures;
    private volatile boolean open;
    private volatile boolean closed;

    /**
     * Starts the watch.
     *
     * @param name name of a single object; empty for all in the namespace
     */
    public VersionWatch(
            KubernetesApi api, Class<? extends HasMetadata> type, String namespace, String name, Observer observer) {
        this.api = api;
        this.requests = ListWatch.ofMetadata(api, type, namespace, name);
        this.observer = observer;
        this.plural = HasMetadata.getPlural(type);
        this.label = plural + " in " + namespace;
        this.thread = Thread.ofVirtual()
                // The watch outlives the reconcile that starts it, whose ID must not appear in its log lines.
                .inheritInheritableThreadLocals(false)
                .name("watch " + label)
                .start(this::run);
    }

    /** Whether changes are currently reported. */
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (KubernetesClientException e) {
                refused(e);
            } catch (IOException e) {
                if (!closed) {
                    log.info(
                            "Lost the watch of {}: {}",
                            label,
                            Reflector.rootOf(e).toString());
                    pause(LOST_BACKOFF);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A defect; the observer may have missed a change.
                log.error("The watch of {} failed and is restarted", label, e);
                api.metrics().watchFailed(plural);
                version = "";
                pause(LOST_BACKOFF);
            } finally {
                open = false;
            }
        }
    }

    private void refused(KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_GONE) {
            version = "";
            pause(LOST_BACKOFF);
        } else if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
            if (!refused) {
                log.info(
                        "No permission to watch {}: changes are noticed later. The scale set's chart grants the"
                                + " permission.",
                        label);
                refused = true;
            }
            pause(REFUSED_BACKOFF);
        } else {
            log.warn("Cannot watch {}: {}", label, e.getMessage());
            pause(LOST_BACKOFF);
        }
    }

    private void follow() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Duration timeout = SHORTEST_WATCH
                .multipliedBy(ThreadLocalRandom.current().nextLong(100, 200))
                .dividedBy(100);
        try (EventStream<PartialObjectMetadata> events = requests.watch(version, timeout, MAX_SILENCE)) {
            if (version.isEmpty() && openedBefore) {
                observer.missedSomething();
            }
            openedBefore = true;
            refused = false;
            open = true;
            for (WatchEvent<PartialObjectMetadata> event = events.next(); event != null; event = events.next()) {
                apply(event);
                failures = 0;
            }
        }
        if (System.nanoTime() - begun < MIN_WATCH.toNanos()) {
            pause(LOST_BACKOFF);
        }
    }

    private void apply(WatchEvent<PartialObjectMetadata> event) {
        switch (event) {
            case WatchEvent.Present<PartialObjectMetadata>(PartialObjectMetadata object) -> {
                version = object.getMetadata().getResourceVersion();
                observer.seen(object.getMetadata().getName(), version);
            }
            case WatchEvent.Gone<PartialObjectMetadata>(ObjectVersion last) -> {
                version = last.resourceVersion();
                observer.seen(last.name().name(), "");
            }
            case WatchEvent.Bookmark<PartialObjectMetadata>(String upTo) -> version = upTo;
            case WatchEvent.Failed<PartialObjectMetadata>(var status) ->
                throw new KubernetesClientException(
                        "the watch failed: " + status.getMessage(),
                        Objects.requireNonNullElse(status.getCode(), 0),
                        status);
        }
    }

    private void pause(Backoff backoff) {
        open = false;
        failures++;
        try {
            Thread.sleep(backoff.delay(failures, ThreadLocalRandom.current().nextDouble()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

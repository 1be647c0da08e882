package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.runtime.Backoff;
import io.github.arc4j.controller.runtime.client.KubernetesApi;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the versions of objects of one kind in one namespace without keeping the objects: for what is read live, such
 * as Secrets. Needs only the permission to watch.
 *
 * <p>Runs on a virtual thread of its own. It never gives up, but asks a server that refuses the watch ever more rarely.
 */
public final class VersionWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VersionWatch.class);

    private static final Backoff LOST = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));
    /** Permissions come with a new installation of a chart. */
    private static final Backoff REFUSED = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));

    private static final Duration SHORTEST_WATCH = Duration.ofMinutes(5);
    private static final Duration MAX_SILENCE = Duration.ofMinutes(3);
    /** A server that is going down ends watches as soon as they begin. */
    private static final Duration GOOD_WATCH = Duration.ofSeconds(1);

    /** Is told what the watch sees, on the watch's thread. Must be quick. */
    public interface Observer {
        /**
         * An object is there in this version, perhaps still the one that was told before.
         *
         * @param version empty if the object has gone
         */
        void seen(String name, String version);

        /** The server does not know what happened for a while; all that is there is told next. */
        void missedSomething();
    }

    private final KubernetesApi api;
    private final ListWatch<PartialObjectMetadata> requests;
    private final Observer observer;
    private final String plural;
    private final String label;
    private final Thread thread;

    /** Where the next watch starts; empty if that is not known. */
    private String version = "";

    private boolean openedBefore;

    /** Since the last watch. */
    private boolean refused;

    private int failures;
    private volatile boolean open;
    private volatile boolean closed;

    /**
     * Starts the watch.
     *
     * @param name of a single object; empty for all of the namespace
     */
    public VersionWatch(
            KubernetesApi api, Class<? extends HasMetadata> type, String namespace, String name, Observer observer) {
        this.api = api;
        this.requests = ListWatch.ofMetadata(api, type, namespace, name);
        this.observer = observer;
        this.plural = HasMetadata.getPlural(type);
        this.label = plural + " in " + namespace;
        this.thread = Thread.ofVirtual()
                // It outlives the reconcile that needs it first, whose id is not for its log lines.
                .inheritInheritableThreadLocals(false)
                .name("watch " + label)
                .start(this::run);
    }

    /** Whether changes are being told now. */
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
                    pause(LOST);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A defect of this program. Whoever is told of changes may have missed one.
                log.error("The watch of {} failed and starts again", label, e);
                api.metrics().watchFailed(plural);
                version = "";
                pause(LOST);
            } finally {
                open = false;
            }
        }
    }

    private void refused(KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_GONE) {
            version = "";
            pause(LOST);
        } else if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
            if (!refused) {
                log.info(
                        "No permission to watch {}: changes are noticed later. The scale set's chart grants it.",
                        label);
                refused = true;
            }
            pause(REFUSED);
        } else {
            log.warn("Cannot watch {}: {}", label, e.getMessage());
            pause(LOST);
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
        if (System.nanoTime() - begun < GOOD_WATCH.toNanos()) {
            pause(LOST);
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

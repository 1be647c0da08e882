package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.runtime.client.KubernetesApi;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the resource versions of objects of one kind in one namespace without storing the objects: for objects that
 * are read live, such as Secrets. Needs only the permission to watch.
 */
public final class VersionWatch extends WatchLoop<PartialObjectMetadata> {
    private static final Logger log = LoggerFactory.getLogger(VersionWatch.class);

    /** Permissions may be granted by a later installation of a chart. */
    private static final Backoff FORBIDDEN_BACKOFF = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(10));

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

    private final Observer observer;
    private boolean openedBefore;

    /** Whether the watch has been forbidden since it was last open. */
    private boolean forbidden;

    /**
     * Starts the watch.
     *
     * @param name name of a single object; empty for all in the namespace
     */
    public VersionWatch(
            KubernetesApi api, Class<? extends HasMetadata> type, String namespace, String name, Observer observer) {
        super(api, ListWatch.ofMetadata(api, type, namespace, name), type, namespace, MAX_SILENCE);
        this.observer = observer;
        start();
    }

    /** Whether changes are currently reported. */
    public boolean isOpen() {
        return open;
    }

    @Override
    Backoff rejected(KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_GONE) {
            version = "";
        } else if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
            if (!forbidden) {
                log.info(
                        "No permission to watch {}: changes are noticed later. The scale set's chart grants the"
                                + " permission.",
                        this);
                forbidden = true;
            }
            return FORBIDDEN_BACKOFF;
        } else {
            log.warn("Cannot watch {}: {}", this, e.getMessage());
        }
        return BACKOFF;
    }

    @Override
    void opened() {
        if (version.isEmpty() && openedBefore) {
            observer.missedSomething();
        }
        openedBefore = true;
        forbidden = false;
    }

    @Override
    void apply(WatchEvent<PartialObjectMetadata> event) {
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
            case WatchEvent.Failed<PartialObjectMetadata>(var status) -> throw failure(status);
        }
    }
}

package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.Json;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.ResourceType;
import io.github.arc4j.kube.store.StoredObject;
import io.github.arc4j.kube.store.Subscription;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** One client's watch: a line of JSON per event. */
final class WatchStream {

    /**
     * @param selected namespace, labels and fields
     * @param bookmarks whether the client wants to hear of versions between events
     * @param initialEventsEnd whether a bookmark has to mark the end of the objects present at the start
     * @param timeout after which the stream ends by itself
     */
    record Options(Predicate<StoredObject> selected, boolean bookmarks, boolean initialEventsEnd, Duration timeout) {}

    private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(30);
    private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

    private final ResourceStore resource;
    private final Subscription subscription;
    private final Options options;
    private final OutputStream out;
    private volatile boolean dropped;
    private long version;

    WatchStream(ResourceStore resource, Subscription subscription, Options options, OutputStream out) {
        this.resource = resource;
        this.subscription = subscription;
        this.options = options;
        this.out = out;
        this.version = subscription.version();
    }

    ResourceStore resource() {
        return resource;
    }

    void pause(boolean hold) {
        subscription.feed().pause(hold);
    }

    void drop() {
        dropped = true;
        subscription.feed().close();
    }

    /**
     * Writes events until the time is up, the feed closes or the client goes.
     *
     * @return false if the connection has to be broken rather than ended
     */
    boolean run() throws IOException, InterruptedException {
        Instant end = Instant.now().plus(options.timeout());
        write(subscription.backlog());
        if (options.initialEventsEnd()) {
            bookmark(true);
        }
        out.flush();
        while (!subscription.feed().isClosed()) {
            Duration left = Duration.between(Instant.now(), end);
            if (!left.isPositive()) {
                break;
            }
            List<Change> changes =
                    subscription.feed().take(left.compareTo(BOOKMARK_INTERVAL) < 0 ? left : BOOKMARK_INTERVAL);
            write(changes);
            if (changes.isEmpty() && options.bookmarks() && !subscription.feed().isClosed()) {
                bookmark(false);
            }
            out.flush();
        }
        return !dropped;
    }

    private void write(List<Change> changes) throws IOException {
        for (Change change : changes) {
            StoredObject object = change.object();
            StoredObject before = change.before();
            boolean now = options.selected().test(object);
            boolean earlier = before != null && options.selected().test(before);
            switch (change.kind()) {
                case ADDED -> {
                    if (now) {
                        event("ADDED", object.bytes());
                    }
                }
                case MODIFIED -> {
                    if (now) {
                        event(earlier ? "MODIFIED" : "ADDED", object.bytes());
                    } else if (before != null && earlier) {
                        event("DELETED", Json.write(at(object.version(), before)));
                    }
                }
                case DELETED -> {
                    if (earlier || now) {
                        event("DELETED", object.bytes());
                    }
                }
            }
            version = Math.max(version, object.version());
        }
    }

    /** An object as it left the selection, under the version of the change that made it leave. */
    private static ObjectNode at(long version, StoredObject object) {
        ObjectNode json = object.json().deepCopy();
        Json.child(json, "metadata").put("resourceVersion", Long.toString(version));
        return json;
    }

    private void bookmark(boolean initialEventsEnd) throws IOException {
        ResourceType type = resource.type();
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (initialEventsEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        event("BOOKMARK", Json.write(object));
    }

    private void event(String kind, byte[] object) throws IOException {
        event(out, kind, object);
    }

    static void event(OutputStream out, String kind, byte[] object) throws IOException {
        out.write(("{\"type\":\"" + kind + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
        out.write(object);
        out.write(END);
    }
}

package io.github.arc4j.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.object.Selector;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ResourceStore;
import io.github.arc4j.kube.store.Subscription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One client's watch: one line of JSON per event. */
final class WatchStream implements Reply {

    private static final Duration MAX_DURATION = Duration.ofHours(1);
    private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(30);
    private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

    private final Watches watches;
    private final Route route;
    private final Selector selector;
    private final Subscription subscription;
    private final boolean bookmarks;
    private final boolean initialEventsEnd;
    private final Duration timeout;
    private volatile boolean dropped;
    private long version;

    private WatchStream(Watches watches, Route route, Query query, Selector selector, Subscription subscription) {
        this.watches = watches;
        this.route = route;
        this.selector = selector;
        this.subscription = subscription;
        this.version = subscription.version();
        this.bookmarks = query.flag("allowWatchBookmarks");
        this.initialEventsEnd = query.flag("sendInitialEvents");
        long seconds = query.number("timeoutSeconds");
        this.timeout = seconds > 0 ? Duration.ofSeconds(seconds) : MAX_DURATION;
    }

    /**
     * Subscribes to the watched resource. A version that is too old is reported within a successful reply, as
     * Kubernetes does.
     */
    static Reply open(Watches watches, Route route, Query query) throws IOException {
        Selector selector = ResourceVerbs.selector(route, query);
        long version = query.number("resourceVersion");
        Long since = query.flag("sendInitialEvents") || version == 0 ? null : Long.valueOf(version);
        try {
            return new WatchStream(
                    watches, route, query, selector, route.resource().watch(since));
        } catch (ApiException e) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            event(body, "ERROR", Json.write(e.status()));
            return new Answer(200, body.toByteArray());
        }
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public void send(HttpExchange exchange) throws IOException, DroppedException, InterruptedException {
        watches.opened(this);
        try {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.flush();
            run(out);
            if (dropped) {
                throw new DroppedException("watch");
            }
            exchange.close();
        } finally {
            subscription.feed().close();
            watches.closed(this);
        }
    }

    ResourceStore resource() {
        return route.resource();
    }

    void pause(boolean hold) {
        subscription.feed().pause(hold);
    }

    void drop() {
        dropped = true;
        subscription.feed().close();
    }

    /** Writes events until the timeout, or until the feed is closed or the client disconnects. */
    private void run(OutputStream out) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(timeout);
        subscription.feed().awaitRunning();
        write(out, subscription.backlog());
        if (initialEventsEnd) {
            bookmark(out, true);
        }
        out.flush();
        while (!subscription.feed().isClosed()) {
            Duration left = Duration.between(Instant.now(), end);
            if (!left.isPositive()) {
                break;
            }
            List<Change> changes =
                    subscription.feed().take(left.compareTo(BOOKMARK_INTERVAL) < 0 ? left : BOOKMARK_INTERVAL);
            write(out, changes);
            if (changes.isEmpty() && bookmarks && !subscription.feed().isClosed()) {
                bookmark(out, false);
            }
            out.flush();
        }
    }

    private void write(OutputStream out, List<Change> changes) throws IOException {
        for (Change change : changes) {
            StoredObject object = change.object();
            StoredObject before = change.before();
            boolean now = selects(object);
            boolean earlier = before != null && selects(before);
            switch (change.kind()) {
                case ADDED -> {
                    if (now) {
                        event(out, "ADDED", object.bytes());
                    }
                }
                case MODIFIED -> {
                    if (now) {
                        event(out, earlier ? "MODIFIED" : "ADDED", object.bytes());
                    } else if (before != null && earlier) {
                        event(out, "DELETED", Json.write(at(object.version(), before)));
                    }
                }
                case DELETED -> {
                    if (earlier) {
                        event(out, "DELETED", object.bytes());
                    }
                }
            }
            version = object.version();
        }
    }

    private boolean selects(StoredObject object) {
        return (route.namespace().isEmpty() || route.namespace().equals(object.namespace()))
                && selector.test(object.json());
    }

    /**
     * The last state of an object that no longer matches the selector, with the version of the change that caused this.
     */
    private static ObjectNode at(long version, StoredObject object) {
        ObjectNode json = object.json().deepCopy();
        Json.child(json, "metadata").put("resourceVersion", Long.toString(version));
        return json;
    }

    private void bookmark(OutputStream out, boolean ofInitialEvents) throws IOException {
        ResourceType type = resource().type();
        ObjectNode object = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (ofInitialEvents) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        event(out, "BOOKMARK", Json.write(object));
    }

    private static void event(OutputStream out, String kind, byte[] object) throws IOException {
        out.write(("{\"type\":\"" + kind + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
        out.write(object);
        out.write(END);
    }
}

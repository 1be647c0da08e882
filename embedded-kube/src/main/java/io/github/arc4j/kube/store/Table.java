package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ObjectKey;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.object.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one type, the latest changes, and the observers. Versions come from a counter that all tables share
 * and are assigned while the table's lock is held, so they increase within a table, and no later change has a version
 * lower than or equal to that of an earlier list.
 */
final class Table {

    /** A consistent snapshot of objects at one version. */
    record Snapshot(long version, List<StoredObject> objects) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<ObjectKey, StoredObject> objects = new TreeMap<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();
    private final ResourceType type;
    private final AtomicLong versions;
    private final int historySize;
    private long lastDroppedVersion;
    private long lastVersion;

    Table(ResourceType type, AtomicLong versions, int historySize) {
        this.type = type;
        this.versions = versions;
        this.historySize = historySize;
    }

    /** Runs an atomic read-modify-write. */
    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    @Nullable StoredObject get(ObjectKey key) {
        lock.lock();
        try {
            return objects.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** The objects of one namespace, or of all if the namespace is empty. */
    Snapshot snapshot(String namespace) {
        return locked(() -> new Snapshot(versions.get(), new ArrayList<>(within(namespace))));
    }

    List<StoredObject> withPrefix(String namespace, String prefix) {
        return locked(() -> new ArrayList<>(
                objects.subMap(new ObjectKey(namespace, prefix), new ObjectKey(namespace, prefix + "\uffff"))
                        .values()));
    }

    boolean isEmpty(String namespace) {
        return locked(() -> within(namespace).isEmpty());
    }

    /** The version of the latest change; 0 without one. */
    long lastVersion() {
        return locked(() -> lastVersion);
    }

    private Collection<StoredObject> within(String namespace) {
        // No name is empty or sorts after '\uffff', so these two keys delimit a namespace.
        return namespace.isEmpty()
                ? objects.values()
                : objects.subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace, "\uffff"))
                        .values();
    }

    /** Stores a new version of an object with the next resourceVersion, which is set in the given tree. */
    StoredObject put(ObjectKey key, ObjectNode json) {
        return locked(() -> {
            StoredObject stored = next(key, json);
            StoredObject before = objects.put(key, stored);
            publish(new Change(before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED, stored, before));
            return stored;
        });
    }

    /** Removes an object; the given tree is its last state. */
    StoredObject remove(ObjectKey key, ObjectNode json) {
        return locked(() -> {
            StoredObject last = next(key, json);
            publish(new Change(Change.Kind.DELETED, last, objects.remove(key)));
            return last;
        });
    }

    private StoredObject next(ObjectKey key, ObjectNode json) {
        long version = versions.incrementAndGet();
        lastVersion = version;
        Json.child(json, "metadata").put("resourceVersion", Long.toString(version));
        return new StoredObject(type, key, json, version);
    }

    private void publish(Change change) {
        history.add(change);
        if (history.size() > historySize) {
            lastDroppedVersion = history.remove().object().version();
        }
        feeds.forEach(feed -> feed.offer(change));
    }

    /** Drops the history, as a server does after a long outage. */
    void dropHistory() {
        lock.lock();
        try {
            history.clear();
            lastDroppedVersion = versions.get();
        } finally {
            lock.unlock();
        }
    }

    /** Observes changes after a version; null starts with the current objects as additions. */
    Subscription subscribe(@Nullable Long since) {
        return locked(() -> {
            if (since != null && since < lastDroppedVersion) {
                throw ApiException.expired("too old resource version: " + since + " (" + lastDroppedVersion + ")");
            }
            List<Change> backlog = since == null
                    ? objects.values().stream()
                            .map(object -> new Change(Change.Kind.ADDED, object, null))
                            .toList()
                    : history.stream()
                            .filter(change -> change.object().version() > since)
                            .toList();
            ChangeFeed feed = new ChangeFeed(feeds::remove);
            feeds.add(feed);
            return new Subscription(versions.get(), backlog, feed);
        });
    }

    /** Sends all further changes to a feed, which other tables may share. */
    void attach(ChangeFeed feed) {
        feeds.add(feed);
    }

    void detach(ChangeFeed feed) {
        feeds.remove(feed);
    }
}

package io.github.arc4j.kube.http;

import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The open watches of clients, and how to disturb them. Resources are named by plural, or plural and group. */
public final class Watches {

    private final ObjectStore store;
    private final Object lock = new Object();
    private final Set<WatchStream> open = new LinkedHashSet<>();
    private final Set<ResourceStore> paused = new HashSet<>();

    Watches(ObjectStore store) {
        this.store = store;
    }

    void opened(WatchStream stream) {
        synchronized (lock) {
            open.add(stream);
            stream.pause(paused.contains(stream.resource()));
        }
    }

    void closed(WatchStream stream) {
        synchronized (lock) {
            open.remove(stream);
        }
    }

    /** How many are open. A client that goes away unannounced is noticed at the next event or bookmark. */
    public int open(String resource) {
        return streams(store.resource(resource)).size();
    }

    private List<WatchStream> streams(ResourceStore resource) {
        synchronized (lock) {
            return open.stream().filter(stream -> stream.resource() == resource).toList();
        }
    }

    /** Breaks all connections; clients may go on from where they were. */
    public void drop() {
        List<WatchStream> all;
        synchronized (lock) {
            all = List.copyOf(open);
        }
        all.forEach(WatchStream::drop);
    }

    /** Breaks the connections of one resource. */
    public void drop(String resource) {
        streams(store.resource(resource)).forEach(WatchStream::drop);
    }

    /** Breaks the connections of one resource and forgets its history: clients have to list again. */
    public void expire(String resource) {
        store.resource(resource).forgetHistory();
        drop(resource);
    }

    /** Holds back the events of a resource, so that caches grow stale; lists and gets stay fresh. */
    public void pause(String resource) {
        hold(resource, true);
    }

    /** Delivers what was held back. */
    public void resume(String resource) {
        hold(resource, false);
    }

    private void hold(String resource, boolean hold) {
        ResourceStore held = store.resource(resource);
        synchronized (lock) {
            if (hold) {
                paused.add(held);
            } else {
                paused.remove(held);
            }
            streams(held).forEach(stream -> stream.pause(hold));
        }
    }
}

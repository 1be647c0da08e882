package io.github.arc4j.kube.http;

import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open watches of clients, and methods to disrupt them. Resources are identified by plural, or plural and group.
 */
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

    /** The number of open watches. A client that disconnects silently is detected at the next event or bookmark. */
    public int open(String resource) {
        return streams(store.resource(resource)).size();
    }

    private List<WatchStream> streams(ResourceStore resource) {
        synchronized (lock) {
            return open.stream().filter(stream -> stream.resource() == resource).toList();
        }
    }

    /** Closes all connections; clients may resume from their last version. */
    public void drop() {
        List<WatchStream> all;
        synchronized (lock) {
            all = List.copyOf(open);
        }
        all.forEach(WatchStream::drop);
    }

    /** Closes the connections of one resource. */
    public void drop(String resource) {
        streams(store.resource(resource)).forEach(WatchStream::drop);
    }

    /** Closes the connections of one resource and drops its history, so that clients have to list again. */
    public void expire(String resource) {
        store.resource(resource).forgetHistory();
        drop(resource);
    }

    /** Holds back the events of a resource, so that caches become stale; lists and gets remain current. */
    public void pause(String resource) {
        hold(resource, true);
    }

    /** Delivers the events that were held back. */
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

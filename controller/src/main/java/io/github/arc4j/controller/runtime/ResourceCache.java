package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one kind, as far as this process knows: fed by a watch and by the answers to its own writes, so that a
 * reconciler reads what it wrote at once. A newer resourceVersion never loses to an older one, whichever way and however
 * late the older one comes; an object that is gone stays gone (by UID), even if an older answer about it arrives.
 *
 * <p>Cached objects are shared: nobody may change them. The cache owns what it is given and drops
 * {@code metadata.managedFields}, which nothing here reads and which is often half of an object.
 *
 * <p>Work per event does not grow with the number of objects. All methods are thread-safe; {@link #get} takes no lock.
 *
 * @param <T> the kind of the objects
 */
public final class ResourceCache<T extends HasMetadata> {

    private final Class<T> type;
    private final Map<Request, T> objects = new ConcurrentHashMap<>();
    private final Map<String, Index<T>> indexes = new LinkedHashMap<>();
    private final Tombstones tombstones;
    private final ChangeDelivery<T> changes = new ChangeDelivery<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Predicate<T> wanted = object -> true;

    /** An empty cache of objects of {@code type}. Tests fill it with {@link #written}. */
    public ResourceCache(Class<T> type) {
        this(type, InstantSource.system());
    }

    ResourceCache(Class<T> type, InstantSource clock) {
        this.type = type;
        this.tombstones = new Tombstones(clock);
    }

    /** The kind of the objects. */
    public Class<T> type() {
        return type;
    }

    /**
     * Leaves out all other objects. To be called before the cache is filled.
     *
     * @param condition must stay the same for an object as long as that lives
     */
    public ResourceCache<T> only(Predicate<T> condition) {
        wanted = condition;
        return this;
    }

    /** The object of that name, or null. */
    public @Nullable T get(String namespace, String name) {
        return objects.get(new Request(namespace, name));
    }

    /** The object that {@code request} names, or null. */
    public @Nullable T get(Request request) {
        return objects.get(request);
    }

    /** All objects, in no particular order. */
    public List<T> all() {
        return read(() -> List.copyOf(objects.values()));
    }

    /** The objects that {@code index} files under {@code value}, in no particular order. */
    public List<T> byIndex(String index, String value) {
        return read(() -> List.copyOf(indexed(index).bucket(value).values()));
    }

    /** How many objects {@code index} files under {@code value}; takes constant time. */
    public int count(String index, String value) {
        return read(() -> indexed(index).bucket(value).size());
    }

    /**
     * Runs several reads over one state of the cache: no object moves between two counts.
     *
     * @param reads must be quick: writers wait for it
     */
    public <R> R read(Supplier<R> reads) {
        lock.readLock().lock();
        try {
            return reads.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Adds a named index.
     *
     * @param keys the values under which an object is to be found; must depend on the object alone
     * @return this cache
     * @throws IllegalArgumentException if there is an index of that name
     */
    public ResourceCache<T> index(String name, Function<T, ? extends Collection<String>> keys) {
        lock.writeLock().lock();
        try {
            Index<T> index = new Index<>(keys);
            if (indexes.putIfAbsent(name, index) != null) {
                throw new IllegalArgumentException("index exists: " + name);
            }
            objects.forEach((key, object) -> index.replace(key, null, object));
        } finally {
            lock.writeLock().unlock();
        }
        return this;
    }

    /**
     * Adds a listener. It hears of later changes only.
     *
     * <p>It is called by the thread that brought the change or by one that brings another at the same time, without any
     * lock of the cache.
     */
    public void onChange(Change<T> listener) {
        changes.listen(listener);
    }

    /**
     * Adds a listener for what is derived from the objects and must change together with the indexes: {@link #read} never
     * sees one of them without the other.
     *
     * @param derivation called with the cache's lock held: it must be quick, and may read caches by {@link #get} alone
     */
    public void derive(Change<T> derivation) {
        changes.listenAtOnce(derivation);
    }

    /**
     * Takes the answer of the API server to a create, update or patch, or an object that a watch brought. Ignored if the
     * cache has the same or a newer version, or knows that the object is gone. The answer to a write that took the last
     * finalizer off an object being deleted says that it is gone.
     */
    public void written(T object) {
        if (isLastWordOf(object)) {
            deleted(object);
            return;
        }
        if (wanted.test(object)) {
            object.getMetadata().setManagedFields(null);
            change(() -> put(object));
        }
    }

    /**
     * Takes note that the object is gone. To be called after a delete that removed the object at once; if it only set
     * {@code deletionTimestamp}, pass the answer to {@link #written} instead.
     *
     * @param object any version of the object; its UID decides which one is gone
     */
    public void deleted(T object) {
        deleted(Request.of(object), object.getMetadata().getUid());
    }

    /** Takes note that the object of that UID is gone. */
    public void deleted(Request name, @Nullable String uid) {
        change(() -> remove(name, uid));
    }

    /** Whether this version of an object brings nothing new: the same or a newer one is there, or the object is gone. */
    public boolean knows(Request name, @Nullable String uid, String resourceVersion) {
        return read(() -> {
            T cached = objects.get(name);
            return tombstones.has(uid) || (cached != null && isAsNew(cached.getMetadata(), uid, resourceVersion));
        });
    }

    private static boolean isAsNew(ObjectMeta cached, @Nullable String uid, String resourceVersion) {
        String known = Objects.requireNonNullElse(cached.getResourceVersion(), "");
        return Objects.equals(cached.getUid(), uid)
                && (known.equals(resourceVersion) || ResourceVersion.isNewer(known, resourceVersion));
    }

    /**
     * Takes a complete list: what is neither in it nor newer than it is gone.
     *
     * @param namespace the namespace that was listed; null for all of them
     * @param listed the objects
     * @param unreadable the names of objects that exist but could not be read; what is known of them is kept
     * @param resourceVersion the version of the list
     */
    public void replaceAll(
            @Nullable String namespace, Collection<T> listed, Set<Request> unreadable, String resourceVersion) {
        Set<Request> present = new HashSet<>(unreadable);
        List<T> kept = listed.stream().filter(wanted).toList();
        for (T object : kept) {
            object.getMetadata().setManagedFields(null);
            present.add(Request.of(object));
        }
        change(() -> {
            kept.forEach(this::put);
            List<T> gone = new ArrayList<>();
            objects.forEach((key, cached) -> {
                boolean inScope = namespace == null || namespace.equals(key.namespace());
                if (inScope && !present.contains(key) && !ResourceVersion.isNewer(cached, resourceVersion)) {
                    gone.add(cached);
                }
            });
            gone.forEach(
                    object -> remove(Request.of(object), object.getMetadata().getUid()));
        });
    }

    /**
     * Takes a complete list of an API server whose storage was restored to an older state: versions that are known from
     * before mean nothing any more. No reader sees the cache without the objects that are in the list.
     *
     * @param namespace the namespace that was listed; null for all of them
     * @param listed the objects
     * @param unreadable the names of objects that exist but could not be read; what is known of them is kept
     */
    public void replaceAfterRestore(@Nullable String namespace, Collection<T> listed, Set<Request> unreadable) {
        Map<Request, T> present = new HashMap<>();
        for (T object : listed) {
            if (wanted.test(object)) {
                object.getMetadata().setManagedFields(null);
                present.put(Request.of(object), object);
            }
        }
        change(() -> {
            tombstones.clear();
            Map.copyOf(objects).forEach((key, cached) -> {
                boolean inScope = namespace == null || namespace.equals(key.namespace());
                T restored = present.get(key);
                if (inScope && !unreadable.contains(key) && (restored == null || !isSameObject(cached, restored))) {
                    replace(key, cached, null);
                }
            });
            present.forEach((key, object) -> replace(key, objects.get(key), object));
        });
    }

    /** Whether the API server removed the object with this very write (its {@code ShouldDeleteDuringUpdate}). */
    private static boolean isLastWordOf(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        Long grace = metadata.getDeletionGracePeriodSeconds();
        return metadata.getDeletionTimestamp() != null
                && metadata.getFinalizers().isEmpty()
                && grace != null
                && grace == 0;
    }

    private Index<T> indexed(String name) {
        Index<T> index = indexes.get(name);
        if (index == null) {
            throw new IllegalArgumentException("no index " + name + " of " + type.getSimpleName());
        }
        return index;
    }

    private void change(Runnable change) {
        lock.writeLock().lock();
        try {
            change.run();
        } finally {
            lock.writeLock().unlock();
        }
        changes.deliver();
    }

    private void put(T object) {
        if (tombstones.has(object.getMetadata().getUid())) {
            return;
        }
        Request key = Request.of(object);
        T cached = objects.get(key);
        if (cached == null) {
            replace(key, null, object);
        } else if (ResourceVersion.isNewer(object, cached.getMetadata().getResourceVersion())) {
            if (isSameObject(cached, object)) {
                replace(key, cached, object);
            } else {
                tombstones.add(cached.getMetadata().getUid());
                replace(key, cached, null);
                replace(key, null, object);
            }
        }
    }

    private void remove(Request key, @Nullable String uid) {
        tombstones.add(uid);
        T cached = objects.get(key);
        if (cached != null && Objects.equals(cached.getMetadata().getUid(), uid)) {
            replace(key, cached, null);
        }
    }

    private static boolean isSameObject(HasMetadata one, HasMetadata other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
    }

    private void replace(Request key, @Nullable T before, @Nullable T after) {
        if (after == null) {
            objects.remove(key);
        } else {
            objects.put(key, after);
        }
        for (Index<T> index : indexes.values()) {
            index.replace(key, before, after);
        }
        changes.add(before, after);
    }
}

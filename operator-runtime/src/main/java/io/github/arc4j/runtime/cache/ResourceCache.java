package io.github.arc4j.runtime.cache;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.InstantSource;
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
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The known objects of one kind: fed by a watch and by the responses to the process's own writes, so a reconciler can
 * read its writes immediately. A newer resourceVersion is never replaced by an older one, however late the older one
 * arrives; a deleted object stays deleted (by UID), even if an older response about it arrives.
 *
 * <p>Cached objects are shared and must not be changed. The cache owns the objects passed to it and drops {@code
 * metadata.managedFields}, which are not used and often make up half of an object.
 *
 * <p>The cost of an event does not depend on the number of objects. All methods are thread-safe; {@link #get} takes no
 * lock.
 */
public final class ResourceCache<T extends HasMetadata> {

    private final Class<T> type;
    private final Map<Request, T> objects = new ConcurrentHashMap<>();
    private final Map<String, Index<T>> indexes = new LinkedHashMap<>();
    private final Tombstones tombstones;
    private final ChangeDelivery<T> changes = new ChangeDelivery<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Predicate<T> accepted = object -> true;

    /** An empty cache of objects of {@code type}. Tests fill it with {@link #written}. */
    public ResourceCache(Class<T> type) {
        this(type, InstantSource.system());
    }

    ResourceCache(Class<T> type, InstantSource clock) {
        this.type = type;
        this.tombstones = new Tombstones(clock);
    }

    public Class<T> type() {
        return type;
    }

    /**
     * Restricts the cache to certain objects. Call it before the cache is filled.
     *
     * @param condition must not change during the life of an object
     */
    public ResourceCache<T> only(Predicate<T> condition) {
        accepted = condition;
        return this;
    }

    public @Nullable T get(String namespace, String name) {
        return objects.get(new Request(namespace, name));
    }

    public @Nullable T get(Request request) {
        return objects.get(request);
    }

    /** Whether the cache contains this object, identified by its UID. */
    boolean has(HasMetadata object) {
        T cached = get(Request.of(object));
        return cached != null && isSameObject(cached, object);
    }

    /** All objects, in no particular order. */
    public List<T> all() {
        return read(() -> List.copyOf(objects.values()));
    }

    /** The objects that {@code index} contains under {@code value}, in no particular order. */
    public List<T> byIndex(String index, String value) {
        return read(() -> List.copyOf(indexed(index).bucket(value).values()));
    }

    /** The number of objects that {@code index} contains under {@code value}; takes constant time. */
    public int count(String index, String value) {
        return read(() -> indexed(index).bucket(value).size());
    }

    /**
     * Runs several reads on a consistent state of the cache.
     *
     * @param reads must return quickly, because writers wait for it
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
     * @param keys the index values of an object; must depend only on the object
     * @throws IllegalArgumentException if an index with this name exists
     */
    public ResourceCache<T> index(String name, Function<T, ? extends Collection<String>> keys) {
        change(() -> {
            Index<T> index = new Index<>(keys);
            if (indexes.putIfAbsent(name, index) != null) {
                throw new IllegalArgumentException("index exists: " + name);
            }
            objects.forEach((key, object) -> index.replace(key, null, object));
        });
        return this;
    }

    /**
     * Adds a listener for future changes. It is called with the object before and after the change, of which one is null
     * if the object was added or deleted. It must return quickly and must not throw. Changes of one cache are delivered
     * one at a time and in order.
     *
     * <p>It is called without any lock of the cache, by the thread that made the change or by one that concurrently
     * makes another.
     */
    public void onChange(BiConsumer<@Nullable T, @Nullable T> listener) {
        changes.listen(listener);
    }

    /**
     * Adds a listener for data that is derived from the objects and must change together with the indexes: {@link
     * #read} never sees one without the other.
     *
     * @param derivation called with the cache's lock held: it must return quickly, and may read caches only by {@link
     *     #get}
     */
    public void derive(BiConsumer<@Nullable T, @Nullable T> derivation) {
        changes.listenSynchronously(derivation);
    }

    /**
     * Takes the response to a create, update or patch, or an object from a watch. Ignored if the cache has the same or
     * a newer version, or knows that the object is deleted. The response to a write that removes the last finalizer
     * from an object being deleted means that the object is deleted.
     */
    public void written(T object) {
        if (isFinalVersion(object)) {
            deleted(object);
        } else if (accepted.test(object)) {
            change(() -> put(object));
        }
    }

    /**
     * Records that the object is deleted. Call it after a delete that removed the object immediately; if the delete
     * only set {@code deletionTimestamp}, pass the response to {@link #written} instead.
     *
     * @param object any version of the object; its UID identifies it
     */
    public void deleted(T object) {
        deleted(Request.of(object), object.getMetadata().getUid());
    }

    /** Records that the object with this UID is deleted. */
    public void deleted(Request name, @Nullable String uid) {
        change(() -> remove(name, uid));
    }

    /**
     * Whether this version of an object is already known: the cache has the same or a newer one, or the object is
     * deleted.
     */
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
     * Takes a complete list: objects that are neither in it nor newer are deleted.
     *
     * @param namespace the namespace that was listed; null for all of them
     * @param unreadable the names of objects that exist but could not be read; their cached versions are kept
     * @param resourceVersion the version of the list
     */
    public void replaceAll(
            @Nullable String namespace, Collection<T> listed, Set<Request> unreadable, String resourceVersion) {
        Set<Request> present = new HashSet<>(unreadable);
        List<T> kept = listed.stream().filter(accepted).toList();
        kept.forEach(object -> present.add(Request.of(object)));
        change(() -> {
            kept.forEach(this::put);
            objects.forEach((key, cached) -> {
                boolean inScope = namespace == null || namespace.equals(key.namespace());
                if (inScope && !present.contains(key) && !ResourceVersion.isNewer(cached, resourceVersion)) {
                    remove(key, cached.getMetadata().getUid());
                }
            });
        });
    }

    /**
     * Takes a complete list from an API server whose storage was restored to an older state: previously known versions
     * are meaningless. Readers never see the cache without the objects in the list.
     *
     * @param namespace the namespace that was listed; null for all of them
     * @param unreadable the names of objects that exist but could not be read; their cached versions are kept
     */
    public void replaceAfterRestore(@Nullable String namespace, Collection<T> listed, Set<Request> unreadable) {
        Map<Request, T> present = new HashMap<>();
        for (T object : listed) {
            if (accepted.test(object)) {
                present.put(Request.of(object), object);
            }
        }
        change(() -> {
            tombstones.clear();
            objects.forEach((key, cached) -> {
                boolean inScope = namespace == null || namespace.equals(key.namespace());
                T restored = present.get(key);
                if (inScope && !unreadable.contains(key) && (restored == null || !isSameObject(cached, restored))) {
                    replace(key, cached, null);
                }
            });
            present.forEach((key, object) -> replace(key, objects.get(key), object));
        });
    }

    /** Whether this write deleted the object (the API server's {@code ShouldDeleteDuringUpdate}). */
    private static boolean isFinalVersion(HasMetadata object) {
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
            after.getMetadata().setManagedFields(null);
            objects.put(key, after);
        }
        for (Index<T> index : indexes.values()) {
            index.replace(key, before, after);
        }
        changes.add(before, after);
    }
}

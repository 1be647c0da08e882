package io.github.arc4j.kube.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.DeleteOptions.Propagation;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.Patch;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects whose owners have all been deleted, and performs foreground and orphan deletions. As in Kubernetes,
 * owners are identified only by UID, and an owner in another namespace counts as absent.
 */
public final class GarbageCollector implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    private final ObjectStore store;
    private final ChangeFeed feed;
    // Both are accessed only by the feed's thread. Every object is known before the first object that references it as
    // an owner.
    private final Map<String, StoredObject> objects = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /** Starts on a store that does not yet contain anything to collect. */
    public GarbageCollector(ObjectStore store) {
        this.store = store;
        feed = store.subscribe(store.resources(), this::observe);
    }

    private void observe(Change change) {
        StoredObject object = change.object();
        switch (change.kind()) {
            case ADDED, MODIFIED -> {
                if (change.before() != null) {
                    forgetOwners(change.before());
                }
                objects.put(object.uid(), object);
                for (JsonNode owner : owners(object)) {
                    dependents
                            .computeIfAbsent(uidOf(owner), any -> new LinkedHashSet<>())
                            .add(object.uid());
                }
                collect(object);
                finishDeletion(object);
            }
            case DELETED -> {
                objects.remove(object.uid());
                forgetOwners(object);
                dependentsOf(object).forEach(this::collect);
                for (JsonNode owner : owners(object)) {
                    StoredObject owningObject = objects.get(uidOf(owner));
                    if (owningObject != null) {
                        finishDeletion(owningObject);
                    }
                }
            }
        }
    }

    private void forgetOwners(StoredObject object) {
        for (JsonNode owner : owners(object)) {
            dependents.computeIfPresent(uidOf(owner), (uid, ofOwner) -> {
                ofOwner.remove(object.uid());
                return ofOwner.isEmpty() ? null : ofOwner;
            });
        }
    }

    private static JsonNode owners(StoredObject object) {
        return object.metadata().path("ownerReferences");
    }

    private static String uidOf(JsonNode owner) {
        return owner.path("uid").asText();
    }

    private List<StoredObject> dependentsOf(StoredObject owner) {
        List<StoredObject> found = new ArrayList<>();
        for (String uid : dependents.getOrDefault(owner.uid(), Set.of())) {
            StoredObject dependent = objects.get(uid);
            if (dependent != null) {
                found.add(dependent);
            }
        }
        return found;
    }

    /** Deletes an object if none of its owners exists; otherwise removes the references to absent owners. */
    private void collect(StoredObject object) {
        int existing = 0;
        List<String> absent = new ArrayList<>();
        for (JsonNode owner : owners(object)) {
            if (exists(owner, object)) {
                existing++;
            } else {
                absent.add(uidOf(owner));
            }
        }
        if (absent.isEmpty() || object.beingDeleted()) {
            return;
        }
        if (existing == 0) {
            delete(object);
        } else {
            removeOwners(object, absent::contains);
        }
    }

    private boolean exists(JsonNode reference, StoredObject dependent) {
        StoredObject owner = objects.get(uidOf(reference));
        return owner != null && (!owner.type().namespaced() || owner.namespace().equals(dependent.namespace()));
    }

    /** Performs the deletion propagation that the garbage collector's finalizers on an object being deleted request. */
    private void finishDeletion(StoredObject owner) {
        if (!owner.beingDeleted()) {
            return;
        }
        if (hasFinalizer(owner, ORPHAN)) {
            dependentsOf(owner).forEach(dependent -> removeOwners(dependent, owner.uid()::equals));
            removeFinalizer(owner, ORPHAN);
        } else if (hasFinalizer(owner, FOREGROUND)) {
            boolean blocked = false;
            for (StoredObject dependent : dependentsOf(owner)) {
                blocked |= blocks(dependent, owner);
                if (owners(dependent).size() > 1) {
                    removeOwners(dependent, owner.uid()::equals);
                } else if (!dependent.beingDeleted()) {
                    delete(dependent);
                }
            }
            if (!blocked) {
                removeFinalizer(owner, FOREGROUND);
            }
        }
    }

    private static boolean blocks(StoredObject dependent, StoredObject owner) {
        for (JsonNode reference : owners(dependent)) {
            if (uidOf(reference).equals(owner.uid())
                    && reference.path("blockOwnerDeletion").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasFinalizer(StoredObject object, String finalizer) {
        for (JsonNode one : object.metadata().path("finalizers")) {
            if (one.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }

    private void delete(StoredObject object) {
        DeleteOptions options = new DeleteOptions(object.uid(), null, null, Propagation.BACKGROUND);
        attempt(object, resource -> resource.delete(object.namespace(), object.name(), options));
    }

    private void removeOwners(StoredObject object, Predicate<String> uids) {
        patch(object, "ownerReferences", owner -> uids.test(uidOf(owner)));
    }

    private void removeFinalizer(StoredObject object, String finalizer) {
        patch(object, "finalizers", one -> one.asText().equals(finalizer));
    }

    private void patch(StoredObject object, String list, Predicate<JsonNode> removed) {
        Patch patch = current -> {
            if (current.path("metadata").path("uid").asText().equals(object.uid())) {
                var items = current.path("metadata").path(list).iterator();
                while (items.hasNext()) {
                    if (removed.test(items.next())) {
                        items.remove();
                    }
                }
            }
            return current;
        };
        attempt(
                object,
                resource -> resource.patch(object.namespace(), object.name(), ResourceStore.Part.OBJECT, patch));
    }

    /**
     * Attempts a write. Other clients write concurrently: if the object was deleted or changed in the meantime, a
     * change event for it follows.
     */
    private void attempt(StoredObject object, Consumer<ResourceStore> write) {
        try {
            write.accept(store.resource(object.type()));
        } catch (ApiException e) {
            log.debug("Not collected: {}: {}", object, e.getMessage());
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}

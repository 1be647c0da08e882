package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.ApiException.Cause;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ObjectKey;
import io.github.arc4j.kube.object.ResourceType;
import io.github.arc4j.kube.object.Selector;
import io.github.arc4j.kube.object.StoredObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one type, accessed according to the rules of the API. The namespace is empty for cluster-scoped types.
 * All failures are {@link ApiException}s.
 */
public final class ResourceStore {

    /** The part that is written: the object without its status, or the status subresource. */
    public enum Part {
        OBJECT,
        STATUS
    }

    /** A consistent snapshot of objects at one version. */
    public record Listing(long version, List<StoredObject> objects) {}

    /**
     * @param object the last state of a deleted object, else its state while it waits for finalizers or its grace
     *     period
     */
    public record Deletion(StoredObject object, boolean isComplete) {}

    private final ResourceType type;
    private final Table table;
    private final ObjectStore cluster;
    private final Clock clock;

    ResourceStore(ResourceType type, Table table, ObjectStore cluster, Clock clock) {
        this.type = type;
        this.table = table;
        this.cluster = cluster;
        this.clock = clock;
    }

    public ResourceType type() {
        return type;
    }

    public Optional<StoredObject> find(String namespace, String name) {
        return Optional.ofNullable(table.get(new ObjectKey(namespace, name)));
    }

    public StoredObject get(String namespace, String name) {
        return existing(new ObjectKey(namespace, name));
    }

    private StoredObject existing(ObjectKey key) {
        StoredObject object = table.get(key);
        if (object == null) {
            throw ApiException.notFound(type, key.name());
        }
        return object;
    }

    /** The matching objects of one namespace, or of all if the namespace is empty. */
    public Listing list(String namespace, Selector selector) {
        Table.Snapshot all = table.snapshot(namespace);
        List<StoredObject> matching = selector == Selector.ALL
                ? all.objects()
                : all.objects().stream()
                        .filter(object -> selector.test(object.json()))
                        .toList();
        return new Listing(all.version(), matching);
    }

    /** All objects. */
    public List<StoredObject> list() {
        return table.snapshot("").objects();
    }

    /** The objects of a namespace whose names start with {@code prefix}. */
    public List<StoredObject> withPrefix(String namespace, String prefix) {
        return table.withPrefix(namespace, prefix);
    }

    public boolean isEmpty(String namespace) {
        return table.isEmpty(namespace);
    }

    /** The version of the latest change to any of the objects; 0 without one. */
    public long version() {
        return table.lastVersion();
    }

    /** Creates an object; the given tree is not modified. */
    public StoredObject create(String namespace, ObjectNode body) {
        WriteChecks.identity(type, namespace, "", body);
        ObjectNode object = body.deepCopy();
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        if (type.statusSubresource()) {
            object.remove("status");
        }
        Metadata.initialize(type, namespace, object, clock.instant());
        complete(object);
        CoreRules.initialize(type, object);
        cluster.admit(type, namespace, object);
        return table.locked(() -> {
            String name = chooseName(namespace, object);
            CoreRules.named(type, object);
            validate(null, object);
            ObjectKey key = new ObjectKey(namespace, name);
            StoredObject existingObject = table.get(key);
            if (existingObject != null) {
                throw ApiException.alreadyExists(existingObject);
            }
            return table.put(key, object);
        });
    }

    private String chooseName(String namespace, ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        String prefix = metadata.path("generateName").asText("");
        String name = metadata.path("name").asText("");
        if (name.isEmpty() && !prefix.isEmpty()) {
            do {
                name = Metadata.generateName(prefix);
            } while (table.get(new ObjectKey(namespace, name)) != null);
            metadata.put("name", name);
        }
        return name;
    }

    /** Replaces an object or its status; a stale resource version is a conflict. */
    public StoredObject update(String namespace, String name, Part part, ObjectNode body) {
        WriteChecks.identity(type, namespace, name, body);
        WriteChecks.versionGiven(type, name, body);
        return patch(namespace, name, part, Patch.replace(body));
    }

    /** Changes an object or its status. A write that changes nothing keeps the version and is not published. */
    public StoredObject patch(String namespace, String name, Part part, Patch patch) {
        ObjectKey key = new ObjectKey(namespace, name);
        return table.locked(() -> {
            StoredObject before = existing(key);
            ObjectNode requested = patch.apply(before.json().deepCopy());
            WriteChecks.identity(type, namespace, name, requested);
            WriteChecks.upToDate(before, requested);
            ObjectNode after =
                    part == Part.STATUS ? withStatusOf(requested, before) : withoutStatusOf(requested, before);
            validate(before.json(), after);
            if (after.equals(before.json())) {
                return before;
            }
            if (type.countsGenerations() && !desired(after).equals(desired(before.json()))) {
                bumpGeneration(after);
            }
            return removable(after) ? table.remove(key, after) : table.put(key, after);
        });
    }

    private ObjectNode withStatusOf(ObjectNode requested, StoredObject before) {
        if (!type.statusSubresource()) {
            throw ApiException.notFound(type, before.name());
        }
        ObjectNode after = before.json().deepCopy();
        if (requested.hasNonNull("status")) {
            after.set("status", requested.get("status"));
        } else {
            after.remove("status");
        }
        complete(after);
        return after;
    }

    private ObjectNode withoutStatusOf(ObjectNode requested, StoredObject before) {
        requested.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        Metadata.carryOver(before.json(), requested);
        complete(requested);
        if (type.statusSubresource()) {
            requested.remove("status");
            if (before.json().has("status")) {
                requested.set("status", before.json().get("status"));
            }
        }
        return requested;
    }

    private void complete(ObjectNode object) {
        if (!type.custom()) {
            CoreRules.complete(type, object);
        } else if (type.schema() != null) {
            type.schema().prune(object);
        }
    }

    private void validate(@Nullable ObjectNode before, ObjectNode after) {
        List<Cause> causes = new ArrayList<>(Metadata.violations(type, after));
        if (before != null) {
            causes.addAll(Metadata.newFinalizers(before, after));
        }
        causes.addAll(CoreRules.violations(type, before, after));
        if (type.schema() != null) {
            causes.addAll(type.schema().violations(after));
        }
        if (!causes.isEmpty()) {
            throw ApiException.invalid(type, after.path("metadata").path("name").asText(""), causes);
        }
    }

    private ObjectNode desired(ObjectNode object) {
        ObjectNode desired = Json.object();
        desired.setAll(object);
        desired.remove("metadata");
        if (type.statusSubresource()) {
            desired.remove("status");
        }
        return desired;
    }

    private static void bumpGeneration(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        metadata.put("generation", metadata.path("generation").asLong() + 1);
    }

    /** Deletes an object, or marks it as being deleted while finalizers or a grace period prevent its removal. */
    public Deletion delete(String namespace, String name, DeleteOptions options) {
        ObjectKey key = new ObjectKey(namespace, name);
        return table.locked(() -> {
            StoredObject before = existing(key);
            options.check(before);
            ObjectNode after = before.json().deepCopy();
            options.markPropagation(after);
            markDeletion(after, options.graceSeconds());
            if (removable(after)) {
                ObjectNode last = before.beingDeleted() ? after : before.json().deepCopy();
                return new Deletion(table.remove(key, last), true);
            }
            return new Deletion(after.equals(before.json()) ? before : table.put(key, after), false);
        });
    }

    private void markDeletion(ObjectNode object, @Nullable Long requestedGrace) {
        ObjectNode metadata = Json.child(object, "metadata");
        long grace = type.is("pods") ? PodRules.graceSeconds(object, requestedGrace) : 0;
        if (metadata.has("deletionTimestamp")) {
            long left = metadata.path("deletionGracePeriodSeconds").asLong();
            long shortened = Math.min(grace, left);
            Instant end = Instant.parse(metadata.path("deletionTimestamp").asText());
            metadata.put("deletionTimestamp", Metadata.timestamp(end.minusSeconds(left - shortened)));
            metadata.put("deletionGracePeriodSeconds", shortened);
            return;
        }
        metadata.put("deletionTimestamp", Metadata.timestamp(clock.instant().plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (type.countsGenerations()) {
            bumpGeneration(object);
        }
        if (type.is("namespaces")) {
            Json.child(object, "status").put("phase", "Terminating");
        }
    }

    private boolean removable(ObjectNode object) {
        var metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("deletionGracePeriodSeconds").asLong() == 0
                && metadata.path("finalizers").isEmpty()
                && !(type.is("namespaces")
                        && !object.path("spec").path("finalizers").isEmpty());
    }

    /**
     * The changes after a version, and a feed of later changes; null starts with the current objects as additions.
     *
     * @throws ApiException 410 if the version is older than the kept history
     */
    public Subscription watch(@Nullable Long since) {
        return table.subscribe(since);
    }

    /** Calls the observer with each change from now on, in order, on a separate thread, until the result is closed. */
    public ChangeFeed subscribe(Consumer<Change> observer) {
        return cluster.subscribe(List.of(this), observer);
    }

    /** Drops the history, so that watches cannot resume from an earlier version. */
    public void forgetHistory() {
        table.dropHistory();
    }

    Table table() {
        return table;
    }
}

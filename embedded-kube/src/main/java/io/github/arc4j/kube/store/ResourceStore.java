package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.store.ApiException.Cause;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The objects of one type behind the rules of the API. Namespaces are empty for cluster-scoped types. All failures are {@link ApiException}s. */
public final class ResourceStore {

    /** What a write addresses: the object without its status, or the status subresource. */
    public enum Part {
        OBJECT,
        STATUS
    }

    /** Objects as they were together at one version. */
    public record Listing(long version, List<StoredObject> objects) {}

    /**
     * @param object last state if it is gone, else the state in which it waits for finalizers or its grace period
     */
    public record Deletion(StoredObject object, boolean gone) {}

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

    /** All objects that match, or those of one namespace. */
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

    /** The objects of a namespace whose names begin with {@code prefix}. */
    public List<StoredObject> withPrefix(String namespace, String prefix) {
        return table.withPrefix(namespace, prefix);
    }

    public boolean isEmpty(String namespace) {
        return table.isEmpty(namespace);
    }

    /** Creates what a client sends; the given tree stays as it is. */
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
            StoredObject present = table.get(key);
            if (present != null) {
                throw ApiException.alreadyExists(present);
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

    /** Replaces an object or its status; stale resource versions are conflicts. */
    public StoredObject update(String namespace, String name, Part part, ObjectNode body) {
        WriteChecks.identity(type, namespace, name, body);
        WriteChecks.versionGiven(type, name, body);
        return patch(namespace, name, part, Patch.replace(body));
    }

    /** Changes an object or its status. A write that changes nothing keeps the version and nobody hears of it. */
    public StoredObject patch(String namespace, String name, Part part, Patch patch) {
        ObjectKey key = new ObjectKey(namespace, name);
        return table.locked(() -> {
            StoredObject before = existing(key);
            ObjectNode wanted = patch.apply(before.json().deepCopy());
            WriteChecks.identity(type, namespace, name, wanted);
            WriteChecks.upToDate(before, wanted);
            ObjectNode after = part == Part.STATUS ? withStatusOf(wanted, before) : withoutStatusOf(wanted, before);
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

    private ObjectNode withStatusOf(ObjectNode wanted, StoredObject before) {
        if (!type.statusSubresource()) {
            throw ApiException.notFound(type, before.name());
        }
        ObjectNode after = before.json().deepCopy();
        if (wanted.hasNonNull("status")) {
            after.set("status", wanted.get("status"));
        } else {
            after.remove("status");
        }
        complete(after);
        return after;
    }

    private ObjectNode withoutStatusOf(ObjectNode wanted, StoredObject before) {
        wanted.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        Metadata.carryOver(before.json(), wanted);
        complete(wanted);
        if (type.statusSubresource()) {
            wanted.remove("status");
            if (before.json().has("status")) {
                wanted.set("status", before.json().get("status"));
            }
        }
        return wanted;
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

    /** Deletes an object, or marks it as being deleted while finalizers or a grace period hold it. */
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
            metadata.put("deletionGracePeriodSeconds", Math.min(grace, left));
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
     * The changes after a version and the feed of those to come; null starts with the present objects as additions.
     *
     * @throws ApiException 410 when the version is older than what is remembered
     */
    public Subscription watch(@Nullable Long since) {
        return table.subscribe(since);
    }

    /** Calls back with each change from now on, in order, on a thread of its own, until the result is closed. */
    public ChangeFeed subscribe(Consumer<Change> observer) {
        return cluster.subscribe(List.of(this), observer);
    }

    /** Forgets the changes so far, so that watches can't resume from before now. */
    public void forgetHistory() {
        table.forget();
    }

    Table table() {
        return table;
    }
}

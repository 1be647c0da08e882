package io.github.arc4j.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.ResourceType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All objects of the embedded cluster, one {@link ResourceStore} per type. */
public final class ObjectStore {

    private static final Logger log = LoggerFactory.getLogger(ObjectStore.class);

    private final Map<String, ResourceStore> resources = new LinkedHashMap<>();
    private final AtomicLong versions = new AtomicLong(1);

    /**
     * @param clock clock for time stamps in metadata
     * @param historySize number of changes per type that are kept for watches
     */
    public ObjectStore(Collection<ResourceType> types, Clock clock, int historySize) {
        for (ResourceType type : types) {
            Table table = new Table(type, versions, historySize);
            resources.put(id(type.group(), type.version(), type.plural()), new ResourceStore(type, table, this, clock));
        }
    }

    private static String id(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }

    public Collection<ResourceStore> resources() {
        return resources.values();
    }

    public Optional<ResourceStore> resource(String group, String version, String plural) {
        return Optional.ofNullable(resources.get(id(group, version, plural)));
    }

    /**
     * @param name plural, or plural and group: {@code pods}, {@code leases.coordination.k8s.io}
     * @throws IllegalArgumentException if there is no such type
     */
    public ResourceStore resource(String name) {
        return resources.values().stream()
                .filter(resource -> resource.type().plural().equals(name)
                        || resource.type().qualifiedName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no resource type " + name));
    }

    /** @param type the type of an object in this store */
    public ResourceStore resource(ResourceType type) {
        return resource(type.group(), type.version(), type.plural()).orElseThrow();
    }

    /** A feed of the changes of several types from now on; causes precede their effects. */
    public ChangeFeed feed(Collection<ResourceStore> observed) {
        ChangeFeed feed = new ChangeFeed(
                closed -> observed.forEach(resource -> resource.table().detach(closed)));
        observed.forEach(resource -> resource.table().attach(feed));
        return feed;
    }

    /** Calls the observer with each change from now on, in order, on a separate thread, until the result is closed. */
    public ChangeFeed subscribe(Collection<ResourceStore> observed, Consumer<Change> observer) {
        ChangeFeed feed = feed(observed);
        Thread.ofVirtual().name("changes").start(() -> {
            try {
                while (!feed.isClosed()) {
                    feed.take().forEach(change -> notifyObserver(observer, change));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return feed;
    }

    private static void notifyObserver(Consumer<Change> observer, Change change) {
        try {
            observer.accept(change);
        } catch (RuntimeException e) {
            log.error("An observer failed on {} {}", change.kind(), change.object(), e);
        }
    }

    /** The latest resource version in the store. */
    public long version() {
        return versions.get();
    }

    /** Checks related objects before an object is created, as the API server's admission does. */
    void admit(ResourceType type, String namespace, ObjectNode object) {
        if (!type.namespaced()) {
            return;
        }
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("an empty namespace may not be set during creation");
        }
        String name = object.path("metadata").path("name").asText();
        if (resource("namespaces").get("", namespace).beingDeleted()) {
            throw ApiException.forbidden(
                    type,
                    name,
                    "unable to create new content in namespace " + namespace + " because it is being terminated");
        }
        String account = object.path("spec").path("serviceAccountName").asText();
        if (type.is("pods")
                && !account.equals("default")
                && resource("serviceaccounts").find(namespace, account).isEmpty()) {
            String message = "error looking up service account %s/%s: serviceaccount \"%s\" not found";
            throw ApiException.forbidden(type, name, message.formatted(namespace, account, account));
        }
    }

    /** Creates the namespaces that do not exist yet. */
    public void ensureNamespaces(Collection<String> names) {
        ResourceStore namespaces = resource("namespaces");
        for (String name : new ArrayList<>(names)) {
            if (namespaces.find("", name).isEmpty()) {
                ObjectNode namespace = Json.object();
                namespace.putObject("metadata").put("name", name);
                namespaces.create("", namespace);
            }
        }
    }

    /** All namespaced types. */
    public List<ResourceStore> namespaced() {
        return resources.values().stream()
                .filter(resource -> resource.type().namespaced())
                .toList();
    }
}

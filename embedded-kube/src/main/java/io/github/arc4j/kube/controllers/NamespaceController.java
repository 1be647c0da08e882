package io.github.arc4j.kube.controllers;

import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.Json;
import io.github.arc4j.kube.object.Selector;
import io.github.arc4j.kube.object.StoredObject;
import io.github.arc4j.kube.store.Change;
import io.github.arc4j.kube.store.ChangeFeed;
import io.github.arc4j.kube.store.DeleteOptions;
import io.github.arc4j.kube.store.ObjectStore;
import io.github.arc4j.kube.store.ResourceStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the contents of namespaces that are being deleted, and removes the namespaces' finalizer once they are empty.
 */
public final class NamespaceController implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NamespaceController.class);

    private final ObjectStore store;
    private final ResourceStore namespaces;
    private final List<ResourceStore> contents;
    private final ChangeFeed feed;
    // Accessed only by the feed's thread.
    private final Set<String> terminating = new HashSet<>();

    public NamespaceController(ObjectStore store) {
        this.store = store;
        namespaces = store.resource("namespaces");
        contents = store.namespaced();
        List<ResourceStore> observed = new ArrayList<>(contents);
        observed.add(namespaces);
        feed = store.subscribe(observed, this::observe);
    }

    private void observe(Change change) {
        StoredObject object = change.object();
        if (!object.type().namespaced()) {
            observeNamespace(change);
        } else if (terminating.contains(object.namespace())) {
            switch (change.kind()) {
                case ADDED -> delete(object);
                case MODIFIED -> {}
                case DELETED -> finalizeIfEmpty(object.namespace());
            }
        }
    }

    private void observeNamespace(Change change) {
        StoredObject namespace = change.object();
        if (change.kind() == Change.Kind.DELETED) {
            terminating.remove(namespace.name());
        } else if (namespace.beingDeleted() && terminating.add(namespace.name())) {
            for (ResourceStore resource : contents) {
                resource.list(namespace.name(), Selector.ALL).objects().forEach(this::delete);
            }
            finalizeIfEmpty(namespace.name());
        }
    }

    private void delete(StoredObject object) {
        try {
            store.resource(object.type()).delete(object.namespace(), object.name(), DeleteOptions.DEFAULT);
        } catch (ApiException e) {
            log.debug("Already deleted: {}", object);
        }
    }

    private void finalizeIfEmpty(String namespace) {
        if (contents.stream().allMatch(resource -> resource.isEmpty(namespace))
                && namespaces.find("", namespace).isPresent()) {
            namespaces.patch("", namespace, ResourceStore.Part.OBJECT, current -> {
                Json.child(current, "spec").putArray("finalizers");
                return current;
            });
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}

package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Caches that learn of what happened when a test says so. */
public final class SyncedCaches implements Resources.Caches {
    private final KubernetesClient client;
    private final Map<Class<?>, ResourceCache<?>> caches = new HashMap<>();

    /** @param client the test's own */
    public SyncedCaches(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public <T extends HasMetadata> ResourceCache<T> of(Class<T> kind) {
        ResourceCache<T> cache = new ResourceCache<>(kind);
        caches.put(kind, cache);
        return cache;
    }

    /** All caches learn of everything that happened. */
    public void sync() {
        caches.values().forEach(this::sync);
    }

    /** The cache of this kind alone does. */
    public void sync(Class<?> kind) {
        sync(Objects.requireNonNull(caches.get(kind)));
    }

    private <T extends HasMetadata> void sync(ResourceCache<T> cache) {
        KubernetesResourceList<T> list =
                client.resources(cache.type()).inAnyNamespace().list();
        cache.replaceAll(null, list.getItems(), Set.of(), list.getMetadata().getResourceVersion());
    }
}

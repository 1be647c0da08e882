package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.controller.runtime.cache.ResourceCache;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** Caches that learn of what happened when a test says so. */
public final class SyncedCaches implements Resources.Caches {
    private final TestCluster kube;
    private final KubernetesClient client;
    private final Map<Class<?>, ResourceCache<?>> caches = new HashMap<>();
    private final Map<Class<?>, OptionalLong> versions = new HashMap<>();

    /** @param client the test's own */
    public SyncedCaches(TestCluster kube, KubernetesClient client) {
        this.kube = kube;
        this.client = client;
    }

    @Override
    public <T extends HasMetadata> ResourceCache<T> of(Class<T> kind) {
        ResourceCache<T> cache = new ResourceCache<>(kind);
        caches.put(kind, cache);
        versions.put(kind, OptionalLong.of(0));
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

    /** Most kinds are the same as before: listing them all took more time than the reconcilers. */
    private <T extends HasMetadata> void sync(ResourceCache<T> cache) {
        OptionalLong version = kube.version(cache.type());
        if (version.isPresent() && version.equals(versions.get(cache.type()))) {
            return;
        }
        KubernetesResourceList<T> list =
                client.resources(cache.type()).inAnyNamespace().list();
        cache.replaceAll(null, list.getItems(), Set.of(), list.getMetadata().getResourceVersion());
        versions.put(cache.type(), version);
    }
}

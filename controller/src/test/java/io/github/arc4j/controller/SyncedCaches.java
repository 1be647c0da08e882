package io.github.arc4j.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** Caches that learn of what happened when a test says so. */
public final class SyncedCaches implements Resources.Caches {
    private final TestCluster kube;
    private final KubernetesClient client;
    private final Map<Class<? extends HasMetadata>, ResourceCache<?>> caches = new HashMap<>();
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
        sync(List.of(this));
    }

    /** All of these caches, which read the same API server, do. */
    public static void sync(List<SyncedCaches> all) {
        all.getFirst().caches.keySet().forEach(kind -> sync(kind, all));
    }

    /** Those of this kind alone do. Most kinds are the same as before: to list them all took longer than the tests. */
    public static <T extends HasMetadata> void sync(Class<T> kind, List<SyncedCaches> all) {
        SyncedCaches first = all.getFirst();
        OptionalLong version = first.kube.version(kind);
        List<SyncedCaches> outdated = all.stream()
                .filter(caches -> version.isEmpty() || !version.equals(caches.versions.get(kind)))
                .toList();
        if (outdated.isEmpty()) {
            return;
        }
        KubernetesResourceList<T> list =
                first.client.resources(kind).inAnyNamespace().list();
        for (SyncedCaches caches : outdated) {
            caches.cached(kind)
                    .replaceAll(
                            null, list.getItems(), Set.of(), list.getMetadata().getResourceVersion());
            caches.versions.put(kind, version);
        }
    }

    /** The cache contains this object, whatever the API server has. */
    @SuppressWarnings("unchecked") // its own class
    public <T extends HasMetadata> void contain(T object) {
        cached((Class<T>) object.getClass()).written(object);
    }

    @SuppressWarnings("unchecked") // put by "of"
    private <T extends HasMetadata> ResourceCache<T> cached(Class<T> kind) {
        return (ResourceCache<T>) Objects.requireNonNull(caches.get(kind));
    }
}

package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runtime.ResourceCache;

/** Every kind of object that the reconcilers use. Secrets are read live. */
public record Resources(
        KubernetesClient client,
        ObjectMapper mapper,
        ResourceClient<AutoscalingRunnerSet> autoscalingRunnerSets,
        ResourceClient<AutoscalingListener> autoscalingListeners,
        ResourceClient<EphemeralRunnerSet> ephemeralRunnerSets,
        ResourceClient<EphemeralRunner> ephemeralRunners,
        ResourceClient<Pod> pods,
        ResourceClient<ServiceAccount> serviceAccounts,
        ResourceClient<Role> roles,
        ResourceClient<RoleBinding> roleBindings,
        LiveSecrets secrets) {
    /**
     * @param mapper of all that is read and written; is made to read {@linkplain LeanObjects less} than there is
     * @param cache gives the cache of each kind
     */
    public static Resources of(KubernetesClient client, ObjectMapper mapper, Caches cache) {
        LeanObjects.configure(mapper);
        return new Resources(
                client,
                mapper,
                new ResourceClient<>(client, AutoscalingRunnerSet.class, cache.of(AutoscalingRunnerSet.class), mapper),
                new ResourceClient<>(client, AutoscalingListener.class, cache.of(AutoscalingListener.class), mapper),
                new ResourceClient<>(client, EphemeralRunnerSet.class, cache.of(EphemeralRunnerSet.class), mapper),
                new ResourceClient<>(client, EphemeralRunner.class, cache.of(EphemeralRunner.class), mapper),
                new ResourceClient<>(client, Pod.class, CacheContents.ofPods(cache.of(Pod.class)), mapper),
                new ResourceClient<>(client, ServiceAccount.class, cache.of(ServiceAccount.class), mapper),
                new ResourceClient<>(client, Role.class, cache.of(Role.class), mapper),
                new ResourceClient<>(client, RoleBinding.class, cache.of(RoleBinding.class), mapper),
                new LiveSecrets(client, mapper));
    }

    /** Gives the cache of a kind, the same one each time. */
    @FunctionalInterface
    public interface Caches {
        <T extends HasMetadata> ResourceCache<T> of(Class<T> kind);
    }
}

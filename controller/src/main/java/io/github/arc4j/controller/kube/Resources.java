package io.github.arc4j.controller.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.api.Labels;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.deserialization.LeanObjects;
import io.github.arc4j.runtime.cache.ResourceCache;
import io.github.arc4j.runtime.events.EventRecorder;
import java.time.InstantSource;

/** All kinds of objects that the reconcilers use. Secrets are read live. */
public record Resources(
        ObjectMapper mapper,
        ResourceClient<AutoscalingRunnerSet> autoscalingRunnerSets,
        ResourceClient<AutoscalingListener> autoscalingListeners,
        ResourceClient<EphemeralRunnerSet> ephemeralRunnerSets,
        ResourceClient<EphemeralRunner> ephemeralRunners,
        ResourceClient<Pod> pods,
        ResourceClient<ServiceAccount> serviceAccounts,
        ResourceClient<Role> roles,
        ResourceClient<RoleBinding> roleBindings,
        LiveObjects live,
        LiveSecrets secrets) {
    /**
     * @param mapper serialization of all objects; configured to read {@linkplain LeanObjects only used fields}
     * @param cache provides the cache of each kind
     * @param events reports outdated CustomResourceDefinitions
     */
    public static Resources of(
            KubernetesClient client, ObjectMapper mapper, Caches cache, EventRecorder events, InstantSource clock) {
        LeanObjects.configure(mapper);
        LiveObjects live = new LiveObjects(client, mapper);
        ResourceClients clients = new ResourceClients(client, mapper, cache, events, clock);
        return new Resources(
                mapper,
                clients.of(AutoscalingRunnerSet.class),
                clients.of(AutoscalingListener.class),
                clients.of(EphemeralRunnerSet.class),
                clients.of(EphemeralRunner.class),
                clients.of(Pod.class, cache.of(Pod.class).only(Resources::isOurs)),
                clients.of(ServiceAccount.class),
                clients.of(Role.class),
                clients.of(RoleBinding.class),
                live,
                new LiveSecrets(client, mapper, live));
    }

    /**
     * Whether the pod is that of a runner, of its container hooks, or of a listener. Others are not cached, because a
     * cluster may have many.
     */
    static boolean isOurs(Pod pod) {
        return isRunner(pod) || !Labels.get(pod, Labels.RUNNER_POD).isEmpty() || isListener(pod);
    }

    private static boolean isRunner(Pod pod) {
        return !Labels.get(pod, Labels.EPHEMERAL_RUNNER).isEmpty() || isOwnedBy(pod, "EphemeralRunner");
    }

    private static boolean isListener(Pod pod) {
        return isOwnedBy(pod, "AutoscalingListener")
                || Labels.get(pod, Labels.COMPONENT).equals(Labels.COMPONENT_SHARED_LISTENER);
    }

    private static boolean isOwnedBy(Pod pod, String kind) {
        return Owners.controllerOf(pod)
                .map(OwnerReference::getKind)
                .filter(kind::equals)
                .isPresent();
    }

    private record ResourceClients(
            KubernetesClient client, ObjectMapper mapper, Caches cache, EventRecorder events, InstantSource clock) {
        <T extends HasMetadata> ResourceClient<T> of(Class<T> kind) {
            return of(kind, cache.of(kind));
        }

        <T extends HasMetadata> ResourceClient<T> of(Class<T> kind, ResourceCache<T> cacheOfKind) {
            return new ResourceClient<>(client, kind, cacheOfKind, mapper, events, clock);
        }
    }

    /** Provides the cache of a kind. It is asked once for each. */
    @FunctionalInterface
    public interface Caches {
        <T extends HasMetadata> ResourceCache<T> of(Class<T> kind);
    }
}

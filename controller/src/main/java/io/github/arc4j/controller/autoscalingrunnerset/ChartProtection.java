package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.kube.LiveSecrets;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.cache.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes the finalizers from the chart's objects, which keep credentials and permissions until the scale set is
 * deleted. The controller's own permissions in the namespace are released last: first the RoleBinding, then the Role.
 * In between, {@link ProlongedPermissions} apply.
 */
final class ChartProtection {
    private static final Set<String> PROTECTION_FINALIZERS = Set.of(Finalizers.CLEANUP_PROTECTION);

    private final ResourceClient<Role> roles;
    private final ResourceClient<RoleBinding> roleBindings;
    private final ResourceClient<ServiceAccount> serviceAccounts;
    private final LiveSecrets secrets;

    ChartProtection(
            ResourceClient<Role> roles,
            ResourceClient<RoleBinding> roleBindings,
            ResourceClient<ServiceAccount> serviceAccounts,
            LiveSecrets secrets) {
        this.roles = roles;
        this.roleBindings = roleBindings;
        this.serviceAccounts = serviceAccounts;
        this.secrets = secrets;
    }

    /**
     * Removes the finalizer from each object that an annotation of the set names; missing objects are ignored.
     *
     * @throws FinalizerForbiddenException if the controller has no permission to change an object; the remaining
     *     objects keep their finalizers
     */
    void release(AutoscalingRunnerSet set) throws FinalizerForbiddenException {
        release(roleBindings, set, Annotations.CLEANUP_KUBERNETES_MODE_ROLE_BINDING);
        release(roles, set, Annotations.CLEANUP_KUBERNETES_MODE_ROLE);
        release(serviceAccounts, set, Annotations.CLEANUP_KUBERNETES_MODE_SERVICE_ACCOUNT);
        release(serviceAccounts, set, Annotations.CLEANUP_NO_PERMISSION_SERVICE_ACCOUNT);
        releaseSecret(set);
        release(roleBindings, set, Annotations.CLEANUP_MANAGER_ROLE_BINDING);
        release(roles, set, Annotations.CLEANUP_MANAGER_ROLE);
    }

    private static <T extends HasMetadata> void release(
            ResourceClient<T> objects, AutoscalingRunnerSet set, String annotation) throws FinalizerForbiddenException {
        T object = find(objects, set, annotation);
        if (object == null) {
            return;
        }
        try {
            objects.removeFinalizers(object, PROTECTION_FINALIZERS);
        } catch (KubernetesClientException e) {
            if (ResourceClient.isForbidden(e)) {
                throw new FinalizerForbiddenException(object, e);
            }
            throw e;
        }
    }

    /** The object that an annotation of the set names; null if there is none. */
    static <T extends HasMetadata> @Nullable T find(
            ResourceClient<T> objects, AutoscalingRunnerSet set, String annotation) {
        String name = Annotations.get(set, annotation);
        return name.isEmpty() ? null : objects.get(new Request(set.getMetadata().getNamespace(), name));
    }

    /**
     * A missing permission to read Secrets means that an earlier attempt has already released the Secret, and then the
     * permission.
     */
    private void releaseSecret(AutoscalingRunnerSet set) {
        String name = Annotations.get(set, Annotations.CLEANUP_GITHUB_SECRET);
        if (name.isEmpty()) {
            return;
        }
        try {
            secrets.removeFinalizer(set.getMetadata().getNamespace(), name, Finalizers.CLEANUP_PROTECTION);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isForbidden(e)) {
                throw e;
            }
        }
    }
}

package io.github.arc4j.controller.autoscalinglistener.permissions;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.kube.ResourceClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The permissions of a listener: a Role in the scale set's namespace, bound to the listener's own ServiceAccount or
 * that of the shared listener. A shared listener may also read the listener's Secrets and write its status, in the
 * controller's namespace.
 */
public record ListenerPermissions(
        ResourceClient<ServiceAccount> serviceAccounts,
        ResourceClient<Role> roles,
        ResourceClient<RoleBinding> roleBindings,
        ListenerPermissionObjects objects,
        OwnedObjects owned) {
    private static final Logger log = LoggerFactory.getLogger(ListenerPermissions.class);

    /** @param sharedAccount ServiceAccount of the shared listener; null if the listener has a dedicated pod */
    public void ensure(AutoscalingListener listener, @Nullable String sharedAccount) {
        String name = listener.getMetadata().getName();
        if (sharedAccount == null) {
            owned.ensure(serviceAccounts, objects.serviceAccount(listener));
        }
        String account = sharedAccount == null ? name : sharedAccount;
        owned.ensure(roles, objects.role(listener));
        owned.ensure(roleBindings, objects.roleBinding(listener, account));
        if (sharedAccount == null) {
            deleteShared(listener);
        } else {
            owned.ensure(roles, objects.sharedRole(listener));
            owned.ensure(roleBindings, objects.sharedRoleBinding(listener, account));
            delete(serviceAccounts, listener.getMetadata().getNamespace(), name);
        }
    }

    /**
     * In the scale set's namespace, the controller may lack the permission to delete, as a tenant can arrange. What is
     * kept there grants something only in that namespace, as far as the tenant may grant it: to an account that no longer
     * exists and whose name no listener of another namespace gets while the binding exists, or to the shared listener,
     * which does not use it.
     */
    public void delete(AutoscalingListener listener) {
        String scaleSetNamespace = listener.getSpec().autoscalingRunnerSetNamespace();
        String name = listener.getMetadata().getName();
        deleteShared(listener);
        delete(serviceAccounts, listener.getMetadata().getNamespace(), name);
        deleteIfPermitted(roleBindings, scaleSetNamespace, name);
        deleteIfPermitted(roles, scaleSetNamespace, name);
    }

    private void deleteShared(AutoscalingListener listener) {
        String namespace = listener.getMetadata().getNamespace();
        String name = ScaleSetNames.sharedListenerRole(listener.getMetadata().getName());
        delete(roleBindings, namespace, name);
        delete(roles, namespace, name);
    }

    private static <T extends HasMetadata> void deleteIfPermitted(
            ResourceClient<T> kind, String namespace, String name) {
        try {
            delete(kind, namespace, name);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isForbidden(e)) {
                throw e;
            }
            log.warn("Kept an object of the deleted listener in the scale set's namespace: {}", e.getMessage());
        }
    }

    private static <T extends HasMetadata> void delete(ResourceClient<T> kind, String namespace, String name) {
        T object = kind.get(namespace, name);
        if (object != null && !object.isMarkedForDeletion()) {
            kind.delete(object);
        }
    }
}

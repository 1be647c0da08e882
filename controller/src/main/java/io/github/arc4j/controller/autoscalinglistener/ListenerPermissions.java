package io.github.arc4j.controller.autoscalinglistener;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.kube.ResourceClient;

/** The account of a listener, and its role and binding in the scale set's namespace. */
record ListenerPermissions(
        ResourceClient<ServiceAccount> serviceAccounts,
        ResourceClient<Role> roles,
        ResourceClient<RoleBinding> roleBindings,
        ListenerObjects objects,
        OwnedObjects owned) {

    void ensure(AutoscalingListener listener) {
        owned.ensure(serviceAccounts, objects.serviceAccount(listener));
        owned.ensure(roles, objects.role(listener));
        owned.ensure(roleBindings, objects.roleBinding(listener));
    }

    void delete(AutoscalingListener listener) {
        String scaleSetNamespace = listener.getSpec().autoscalingRunnerSetNamespace();
        String name = listener.getMetadata().getName();
        delete(roleBindings, scaleSetNamespace, name);
        delete(roles, scaleSetNamespace, name);
        delete(serviceAccounts, listener.getMetadata().getNamespace(), name);
    }

    private static <T extends HasMetadata> void delete(ResourceClient<T> kind, String namespace, String name) {
        T object = kind.get(namespace, name);
        if (object != null && !object.isMarkedForDeletion()) {
            kind.delete(object);
        }
    }
}

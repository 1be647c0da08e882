package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.Finalizers;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.runtime.cache.Request;

/**
 * Lets the controller remove the last finalizer of a scale set, that of the chart's manager Role, without permissions
 * outside of the namespace. Once the finalizer of the manager RoleBinding is removed, the RoleBinding is deleted, and
 * with it the controller's permissions in the namespace. A copy of the RoleBinding prolongs them: it has no finalizer,
 * and Kubernetes garbage-collects it with the scale set.
 *
 * <p>The copy has the subjects and the Role of an existing RoleBinding, so it grants nobody anything new.
 */
final class ProlongedPermissions {
    private static final String SUFFIX = "-cleanup";

    private final ResourceClient<Role> roles;
    private final ResourceClient<RoleBinding> roleBindings;

    ProlongedPermissions(ResourceClient<Role> roles, ResourceClient<RoleBinding> roleBindings) {
        this.roles = roles;
        this.roleBindings = roleBindings;
    }

    /**
     * Creates the copy if it is needed and missing. If Kubernetes does not allow that, such as in a namespace that is
     * being deleted, only a permission for all namespaces can help.
     *
     * @return whether the copy is new, so that the API server may not respect it yet
     */
    boolean ensure(AutoscalingRunnerSet set) {
        Role role = ChartProtection.find(roles, set, Annotations.CLEANUP_MANAGER_ROLE);
        RoleBinding binding = ChartProtection.find(roleBindings, set, Annotations.CLEANUP_MANAGER_ROLE_BINDING);
        if (role == null || binding == null || !isProtected(role) || !isProtected(binding) || !grants(binding, role)) {
            return false;
        }
        RoleBinding copy = copyOf(binding, set);
        if (roleBindings.get(Request.of(copy)) != null) {
            return false;
        }
        try {
            roleBindings.create(copy);
        } catch (KubernetesClientException e) {
            if (ResourceClient.isForbidden(e)) {
                return false;
            }
            if (!ResourceClient.isAlreadyExisting(e)) {
                throw e;
            }
            roleBindings.getLive(Request.of(copy));
        }
        return true;
    }

    private static boolean isProtected(HasMetadata object) {
        return object.getMetadata().getFinalizers().contains(Finalizers.CLEANUP_PROTECTION);
    }

    private static boolean grants(RoleBinding binding, Role role) {
        RoleRef reference = binding.getRoleRef();
        return reference.getKind().equals(role.getKind())
                && reference.getName().equals(role.getMetadata().getName());
    }

    private static RoleBinding copyOf(RoleBinding binding, AutoscalingRunnerSet set) {
        // It does not block the deletion of its owner: a foreground deletion would delete it first.
        OwnerReference owner = new OwnerReferenceBuilder(Owners.controller(set))
                .withBlockOwnerDeletion(null)
                .build();
        return new RoleBindingBuilder()
                .withNewMetadata()
                .withName(binding.getMetadata().getName() + SUFFIX)
                .withNamespace(binding.getMetadata().getNamespace())
                .withOwnerReferences(owner)
                .endMetadata()
                .withRoleRef(binding.getRoleRef())
                .withSubjects(binding.getSubjects())
                .build();
    }
}

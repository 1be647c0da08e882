package io.github.arc4j.controller.autoscalinglistener.permissions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.ScaleSetNames;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import io.github.arc4j.controller.kube.Resources;
import io.github.arc4j.runtime.cache.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The permissions of a listener: a Role in the scale set's namespace, bound to the listener's own ServiceAccount or
 * that of the shared listener. A shared listener may also read the listener's Secrets and write its status, in the
 * controller's namespace.
 */
public record ListenerPermissions(Resources resources, ListenerPermissionObjects objects) {
    private static final Logger log = LoggerFactory.getLogger(ListenerPermissions.class);

    /** @param sharedAccount ServiceAccount of the shared listener; null if the listener has a dedicated pod */
    public void ensure(AutoscalingListener listener, @Nullable String sharedAccount) {
        if (sharedAccount == null) {
            ensure(resources.serviceAccounts(), objects.serviceAccount(listener));
        }
        String account = sharedAccount == null ? listener.getMetadata().getName() : sharedAccount;
        ensure(resources.roles(), objects.role(listener));
        ensure(resources.roleBindings(), objects.roleBinding(listener, account));
        if (sharedAccount == null) {
            deleteShared(listener);
        } else {
            ensure(resources.roles(), objects.sharedRole(listener));
            ensure(resources.roleBindings(), objects.sharedRoleBinding(listener, account));
            delete(resources.serviceAccounts(), Request.of(listener));
        }
    }

    /** Labels and annotations that others added are kept. */
    private <T extends HasMetadata> void ensure(ResourceClient<T> kind, T desired) {
        T live = kind.get(Request.of(desired));
        if (live == null) {
            try {
                kind.create(desired);
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e)) {
                    throw e;
                }
                kind.getLive(Request.of(desired));
                throw e; // the retry compares the object, which is now in the cache
            }
            return;
        }
        ObjectNode patch = content(live, desired);
        patch.setAll(MergePatch.metadata(
                live, desired.getMetadata().getLabels(), desired.getMetadata().getAnnotations()));
        if (!patch.isEmpty() && !live.isMarkedForDeletion()) {
            kind.patch(live, patch);
        }
    }

    /** Differences outside the metadata. None for a ServiceAccount, because Kubernetes writes its other fields. */
    private <T extends HasMetadata> ObjectNode content(T live, T desired) {
        return desired instanceof ServiceAccount
                ? JsonNodeFactory.instance.objectNode()
                : MergePatch.between(withoutMetadata(live), withoutMetadata(desired));
    }

    private JsonNode withoutMetadata(HasMetadata object) {
        ObjectNode tree = resources.mapper().valueToTree(object);
        tree.remove("metadata");
        return tree;
    }

    /**
     * In the scale set's namespace, the controller may lack the permission to delete, because a tenant can take it
     * away. What stays there grants permissions in that namespace only, and no more than the tenant may grant: to an
     * account that no longer exists, whose name no listener of another namespace gets while the binding exists, or to
     * the shared listener, which does not use them.
     */
    public void delete(AutoscalingListener listener) {
        Request ofScaleSet = new Request(
                listener.getSpec().autoscalingRunnerSetNamespace(),
                listener.getMetadata().getName());
        deleteShared(listener);
        delete(resources.serviceAccounts(), Request.of(listener));
        deleteIfPermitted(resources.roleBindings(), ofScaleSet);
        deleteIfPermitted(resources.roles(), ofScaleSet);
    }

    private void deleteShared(AutoscalingListener listener) {
        Request shared = new Request(
                listener.getMetadata().getNamespace(),
                ScaleSetNames.sharedListenerRole(listener.getMetadata().getName()));
        delete(resources.roleBindings(), shared);
        delete(resources.roles(), shared);
    }

    private static <T extends HasMetadata> void deleteIfPermitted(ResourceClient<T> kind, Request name) {
        try {
            delete(kind, name);
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isForbidden(e)) {
                throw e;
            }
            log.warn("Kept an object of the deleted listener in the scale set's namespace: {}", e.getMessage());
        }
    }

    private static <T extends HasMetadata> void delete(ResourceClient<T> kind, Request name) {
        T object = kind.get(name);
        if (object != null && !object.isMarkedForDeletion()) {
            kind.delete(object);
        }
    }
}

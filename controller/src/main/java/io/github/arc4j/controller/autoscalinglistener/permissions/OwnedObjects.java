package io.github.arc4j.controller.autoscalinglistener.permissions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;

/**
 * Keeps the ServiceAccount, Role and RoleBinding of a listener in the desired state. Labels and annotations that others
 * added are kept.
 */
public final class OwnedObjects {
    private final ObjectMapper mapper;

    public OwnedObjects(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    <T extends HasMetadata> void ensure(ResourceClient<T> kind, T desired) {
        String namespace = desired.getMetadata().getNamespace();
        T live = kind.get(namespace, desired.getMetadata().getName());
        if (live == null) {
            try {
                kind.create(desired);
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e)) {
                    throw e;
                }
                kind.getLive(namespace, desired.getMetadata().getName());
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
        ObjectNode tree = mapper.valueToTree(object);
        tree.remove("metadata");
        return tree;
    }
}

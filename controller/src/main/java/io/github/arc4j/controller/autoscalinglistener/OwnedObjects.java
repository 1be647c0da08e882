package io.github.arc4j.controller.autoscalinglistener;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.controller.kube.MergePatch;
import io.github.arc4j.controller.kube.ResourceClient;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the ServiceAccount, Role and RoleBinding of a listener as wanted. Keys of others in their metadata stay. */
final class OwnedObjects {
    private final ObjectMapper mapper;

    OwnedObjects(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    <T extends HasMetadata> void ensure(ResourceClient<T> kind, T wanted) {
        String namespace = wanted.getMetadata().getNamespace();
        T live = kind.get(namespace, wanted.getMetadata().getName());
        if (live == null) {
            try {
                kind.create(wanted);
            } catch (KubernetesClientException e) {
                if (!ResourceClient.isConflict(e)) {
                    throw e;
                }
                kind.getLive(namespace, wanted.getMetadata().getName());
                throw e; // compared by the next pass
            }
            return;
        }
        ObjectNode patch = content(live, wanted);
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        put(
                metadata,
                "labels",
                live.getMetadata().getLabels(),
                wanted.getMetadata().getLabels());
        put(
                metadata,
                "annotations",
                live.getMetadata().getAnnotations(),
                wanted.getMetadata().getAnnotations());
        if (!metadata.isEmpty()) {
            patch.set("metadata", metadata);
        }
        if (!patch.isEmpty() && !live.isMarkedForDeletion()) {
            kind.patch(live, patch);
        }
    }

    /** What differs beside the metadata. Kubernetes itself writes into a ServiceAccount, of which only labels are ours. */
    private <T extends HasMetadata> ObjectNode content(T live, T wanted) {
        return wanted instanceof ServiceAccount
                ? JsonNodeFactory.instance.objectNode()
                : MergePatch.between(withoutMetadata(live), withoutMetadata(wanted));
    }

    private JsonNode withoutMetadata(HasMetadata object) {
        ObjectNode tree = mapper.valueToTree(object);
        tree.remove("metadata");
        return tree;
    }

    private static void put(
            ObjectNode metadata, String key, @Nullable Map<String, String> live, @Nullable Map<String, String> wanted) {
        ObjectNode differences = JsonNodeFactory.instance.objectNode();
        if (wanted != null) {
            wanted.forEach((name, value) -> {
                if (live == null || !value.equals(live.get(name))) {
                    differences.put(name, value);
                }
            });
        }
        if (!differences.isEmpty()) {
            metadata.set(key, differences);
        }
    }
}

package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.arc4j.api.Annotations;

/** The user's request to delete an object without contacting GitHub and without waiting for jobs. */
public final class ForcedDeletion {
    private ForcedDeletion() {}

    /** Whether the object has the annotation. It takes effect only while the object is being deleted. */
    public static boolean isAsked(HasMetadata object) {
        return Annotations.get(object, Annotations.FORCE_DELETE).equals("true");
    }

    /** Annotates an object and deletes it, if it exists. */
    public static <T extends HasMetadata> void delete(ResourceClient<T> client, T object) {
        try {
            T marked = isAsked(object)
                    ? object
                    : client.patch(object, MergePatch.annotation(Annotations.FORCE_DELETE, "true"));
            if (!marked.isMarkedForDeletion()) {
                client.delete(marked);
            }
        } catch (KubernetesClientException e) {
            if (!ResourceClient.isNotFound(e)) {
                throw e;
            }
        }
    }
}

package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.Annotations;
import org.jspecify.annotations.Nullable;

/** The user's request to delete an object without contacting GitHub and without waiting for jobs. */
public final class ForcedDeletion {
    private ForcedDeletion() {}

    /** Whether the object has the annotation. It takes effect only while the object is being deleted. */
    public static boolean isRequested(HasMetadata object) {
        return Annotations.get(object, Annotations.FORCE_DELETE).equals("true");
    }

    /**
     * Annotates an object and deletes it, if it exists.
     *
     * @return the object if it still exists
     */
    public static <T extends HasMetadata> @Nullable T delete(ResourceClient<T> client, T object) {
        return ResourceClient.ifFound(() -> {
            T marked = isRequested(object)
                    ? object
                    : client.patch(object, MergePatch.annotation(Annotations.FORCE_DELETE, "true"));
            return marked.isMarkedForDeletion() ? marked : client.delete(marked);
        });
    }
}

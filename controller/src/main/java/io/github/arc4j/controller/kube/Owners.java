package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.github.arc4j.runtime.cache.ResourceCache;
import java.util.List;
import java.util.Optional;

/**
 * Controller owner references. They are valid only within a namespace, but the API server accepts any UID: whoever may
 * create an object can name a controller in somebody else's namespace. Therefore, a controller is identified by namespace
 * and UID.
 */
public final class Owners {
    private Owners() {}

    /** The reference that makes {@code owner} the controller of an object. */
    public static OwnerReference controller(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** The reference to the controller of an object, if it has one. */
    public static Optional<OwnerReference> controllerOf(HasMetadata object) {
        for (OwnerReference reference : object.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(reference.getController())) {
                return Optional.of(reference);
            }
        }
        return Optional.empty();
    }

    /** Index key of an object by its controller; empty for an object without one. */
    public static List<String> controllerKey(HasMetadata object) {
        return controllerOf(object)
                .map(reference -> List.of(key(object, reference.getUid())))
                .orElse(List.of());
    }

    /** The {@link #controllerKey} of the objects that {@code owner} controls. */
    public static String key(HasMetadata owner) {
        return key(owner, owner.getMetadata().getUid());
    }

    private static String key(HasMetadata inNamespace, String uid) {
        return inNamespace.getMetadata().getNamespace() + "/" + uid;
    }

    /** The controller of an object, if the cache contains it. */
    public static <T extends HasMetadata> Optional<T> controllerIn(ResourceCache<T> owners, HasMetadata object) {
        return controllerOf(object)
                .map(reference -> owners.get(object.getMetadata().getNamespace(), reference.getName()))
                .filter(owner -> isController(owner, object));
    }

    public static boolean isController(HasMetadata owner, HasMetadata object) {
        return controllerOf(object)
                .map(reference -> key(object, reference.getUid()).equals(key(owner)))
                .orElse(false);
    }

    /** Whether {@code owner} controls the object, or no other controller does. */
    public static boolean isFree(HasMetadata object, HasMetadata owner) {
        return controllerOf(object).isEmpty() || isController(owner, object);
    }

    public static boolean sameController(HasMetadata a, HasMetadata b) {
        return controllerKey(a).equals(controllerKey(b)) && !controllerKey(a).isEmpty();
    }
}

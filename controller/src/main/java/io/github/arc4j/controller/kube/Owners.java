package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Optional;

/** Controller owner references. */
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
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst();
    }

    /** Index key of an object by its controller's UID; empty for an object without one. */
    public static List<String> controllerUid(HasMetadata object) {
        return controllerOf(object).map(OwnerReference::getUid).stream().toList();
    }

    /** Whether {@code owner} controls the object, or no other controller does. */
    public static boolean isFree(HasMetadata object, HasMetadata owner) {
        return controllerOf(object)
                .filter(reference -> !owner.getMetadata().getUid().equals(reference.getUid()))
                .isEmpty();
    }

    public static boolean sameController(HasMetadata a, HasMetadata b) {
        return controllerUid(a).equals(controllerUid(b)) && !controllerUid(a).isEmpty();
    }
}

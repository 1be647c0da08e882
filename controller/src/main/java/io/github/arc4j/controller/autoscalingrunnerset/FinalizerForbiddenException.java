package io.github.arc4j.controller.autoscalingrunnerset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesResourceUtil;
import java.util.Locale;
import java.util.Objects;

/** The controller may not remove the finalizer of an object. The message says how a user removes it. */
final class FinalizerForbiddenException extends Exception {
    private static final long serialVersionUID = 1L;

    FinalizerForbiddenException(HasMetadata object, KubernetesClientException cause) {
        super(message(object), cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /**
     * Names of Roles and RoleBindings may contain almost any character, and users choose them: only a harmless one may be
     * part of a command that an operator runs.
     */
    private static String message(HasMetadata object) {
        String kind = object.getKind();
        String namespace = object.getMetadata().getNamespace();
        String name = object.getMetadata().getName();
        if (!KubernetesResourceUtil.isValidSubdomainName(name)) {
            return "the controller has no permission to remove the finalizer of a %s whose name is not a DNS name, in namespace %s. To complete the deletion, remove it by hand"
                    .formatted(kind, namespace);
        }
        return "the controller has no permission to remove the finalizer of %s %s/%s. To complete the deletion, remove it: kubectl patch -n %s %s %s --type merge -p '{\"metadata\":{\"finalizers\":null}}'"
                .formatted(kind, namespace, name, namespace, kind.toLowerCase(Locale.ROOT), name);
    }
}

package io.github.arc4j.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Tells users about an object by Kubernetes Events. Best effort: never blocks and never fails. */
public interface Events {
    /**
     * Something expected happened.
     *
     * @param reason a CamelCase word that is the same for each event of this kind
     * @param message a sentence for humans, without secrets
     */
    void normal(HasMetadata about, String reason, String message);

    /** Something went wrong, or somebody has to act; the message says what to do. */
    void warning(HasMetadata about, String reason, String message);
}

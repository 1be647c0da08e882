package io.github.arc4j.controller.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Tells users what happens to an object: as Kubernetes Events on it ({@code kubectl describe}) and in the log. */
@FunctionalInterface
public interface EventRecorder {

    /** What kind of news it is. */
    enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        /** As Kubernetes spells it. */
        public String label() {
            return label;
        }
    }

    /**
     * Tells that something happened. Returns at once, and never fails: an Event that cannot be written is lost. The same
     * event told again raises the count of the one that is there.
     *
     * @param object whom it is about; needs a UID, as the API server gives it
     * @param reason why, in one word in CamelCase
     * @param message what a person should know and do
     */
    void record(HasMetadata object, Type type, String reason, String message);

    /** The same of a state that has lasted since the event was recorded: its count rises, but it is not logged again. */
    default void recordAgain(HasMetadata object, Type type, String reason, String message) {
        record(object, type, reason, message);
    }

    /** {@code Normal} news. */
    default void normal(HasMetadata object, String reason, String message) {
        record(object, Type.NORMAL, reason, message);
    }

    /** A {@code Warning}. */
    default void warning(HasMetadata object, String reason, String message) {
        record(object, Type.WARNING, reason, message);
    }
}

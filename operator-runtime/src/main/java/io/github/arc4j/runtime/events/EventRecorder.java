package io.github.arc4j.runtime.events;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Reports what happens to an object: as Kubernetes Events ({@code kubectl describe}) and in the log. */
@FunctionalInterface
public interface EventRecorder {

    enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        /** The name in the Kubernetes API. */
        public String label() {
            return label;
        }
    }

    /**
     * Records an Event. Returns immediately and never fails: an Event that cannot be written is lost. Recording the
     * same Event again increments the count of the existing one.
     *
     * @param object the involved object; must have a UID from the API server
     * @param message what users should know and do
     */
    void record(HasMetadata object, Type type, String reason, String message);

    /**
     * Records an Event for a state that has lasted since the Event was first recorded: its count increases, but it is
     * not logged again.
     */
    default void recordAgain(HasMetadata object, Type type, String reason, String message) {
        record(object, type, reason, message);
    }

    default void normal(HasMetadata object, String reason, String message) {
        record(object, Type.NORMAL, reason, message);
    }

    default void warning(HasMetadata object, String reason, String message) {
        record(object, Type.WARNING, reason, message);
    }
}

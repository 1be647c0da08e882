package io.github.arc4j.actions.errors;

/** The scale set does not exist. GitHub deletes scale sets that have been unused for a long time. */
public final class ScaleSetNotFoundException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public ScaleSetNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

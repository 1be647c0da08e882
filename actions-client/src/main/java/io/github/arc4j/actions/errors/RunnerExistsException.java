package io.github.arc4j.actions.errors;

/** A runner with this name already exists. */
public final class RunnerExistsException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public RunnerExistsException(String message, ErrorDetails details) {
        super(message, details);
    }
}

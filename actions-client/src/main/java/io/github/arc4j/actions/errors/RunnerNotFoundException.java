package io.github.arc4j.actions.errors;

/** No such runner exists. */
public final class RunnerNotFoundException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public RunnerNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

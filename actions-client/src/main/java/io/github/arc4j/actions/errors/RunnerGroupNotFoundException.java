package io.github.arc4j.actions.errors;

/** No runner group with this name exists. */
public final class RunnerGroupNotFoundException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public RunnerGroupNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

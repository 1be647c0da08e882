package io.github.arc4j.actions;

/** No such runner exists. */
public final class RunnerNotFoundException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

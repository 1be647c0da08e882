package io.github.arc4j.actions;

/** There is no such runner. */
public final class RunnerNotFoundException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

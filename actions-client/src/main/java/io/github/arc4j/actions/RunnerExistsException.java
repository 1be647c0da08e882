package io.github.arc4j.actions;

/** A runner with this name already exists. */
public final class RunnerExistsException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerExistsException(String message, ErrorDetails details) {
        super(message, details);
    }
}

package io.github.arc4j.actions;

/** There is a runner of this name already. */
public final class RunnerExistsException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerExistsException(String message, ErrorDetails details) {
        super(message, details);
    }
}

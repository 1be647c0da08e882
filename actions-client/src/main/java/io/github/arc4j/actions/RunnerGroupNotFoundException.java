package io.github.arc4j.actions;

/** There is no runner group of this name. */
public final class RunnerGroupNotFoundException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerGroupNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

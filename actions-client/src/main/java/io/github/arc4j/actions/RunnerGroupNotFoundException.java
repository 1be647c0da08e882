package io.github.arc4j.actions;

/** No runner group with this name exists. */
public final class RunnerGroupNotFoundException extends ActionsServiceException {
    /** Creates the exception. */
    public RunnerGroupNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}

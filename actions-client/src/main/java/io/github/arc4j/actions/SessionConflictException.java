package io.github.arc4j.actions;

/** Another session of the scale set is open. The service ends that session if its owner has disappeared. */
public final class SessionConflictException extends ActionsServiceException {
    /** Creates the exception. */
    public SessionConflictException(String message, ErrorDetails details) {
        super(message, details);
    }
}

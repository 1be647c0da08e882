package io.github.arc4j.actions;

/** Another session of the scale set is open; it ends by itself when its owner is gone. */
public final class SessionConflictException extends ActionsServiceException {
    /** Creates the exception. */
    public SessionConflictException(String message, ErrorDetails details) {
        super(message, details);
    }
}

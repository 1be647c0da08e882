package io.github.arc4j.actions;

/** The message session has ended or is unknown to the service; open a new one. */
public final class SessionExpiredException extends ActionsServiceException {
    /** Creates the exception. */
    public SessionExpiredException(String message, ErrorDetails details) {
        super(message, details);
    }
}

package io.github.arc4j.actions.errors;

/** The message session has ended or is unknown to the service; open a new one. */
public final class SessionExpiredException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public SessionExpiredException(String message, ErrorDetails details) {
        super(message, details);
    }
}

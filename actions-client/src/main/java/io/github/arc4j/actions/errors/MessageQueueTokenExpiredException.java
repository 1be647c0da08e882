package io.github.arc4j.actions.errors;

/** The service rejected the queue token, even after a renewal; open a new session. */
public final class MessageQueueTokenExpiredException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public MessageQueueTokenExpiredException(String message, ErrorDetails details) {
        super(message, details);
    }
}

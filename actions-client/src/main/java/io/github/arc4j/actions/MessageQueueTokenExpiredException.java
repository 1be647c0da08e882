package io.github.arc4j.actions;

/** The service rejected the queue token, even after a renewal; open a new session. */
public final class MessageQueueTokenExpiredException extends ActionsServiceException {
    /** Creates the exception. */
    public MessageQueueTokenExpiredException(String message, ErrorDetails details) {
        super(message, details);
    }
}

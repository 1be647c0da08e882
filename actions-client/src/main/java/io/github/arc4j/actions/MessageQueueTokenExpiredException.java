package io.github.arc4j.actions;

/** The queue token was refused, also after it had been renewed; open a new session. */
public final class MessageQueueTokenExpiredException extends ActionsServiceException {
    /** Creates the exception. */
    public MessageQueueTokenExpiredException(String message, ErrorDetails details) {
        super(message, details);
    }
}

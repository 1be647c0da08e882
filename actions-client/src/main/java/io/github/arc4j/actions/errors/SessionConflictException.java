package io.github.arc4j.actions.errors;

/**
 * Another session of the scale set is open. The service ends that session a few minutes after its owner has stopped
 * polling. {@link #retryable()} is false, because the client's own retries end sooner: call again after half a minute,
 * as {@link io.github.arc4j.actions.loop.MessageLoop} does.
 */
public final class SessionConflictException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public SessionConflictException(String message, ErrorDetails details) {
        super(message, details);
    }
}

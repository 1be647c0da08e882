package io.github.arc4j.actions.errors;

/** The service responded with an error. */
public sealed class ActionsServiceException extends ActionsException
        permits RunnerExistsException,
                RunnerNotFoundException,
                JobStillRunningException,
                RunnerGroupNotFoundException,
                ScaleSetExistsException,
                ScaleSetNotFoundException,
                SessionConflictException,
                SessionExpiredException,
                MessageQueueTokenExpiredException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public ActionsServiceException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

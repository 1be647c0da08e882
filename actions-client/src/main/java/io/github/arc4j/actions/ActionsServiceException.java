package io.github.arc4j.actions;

/** The service responded with an error. */
public sealed class ActionsServiceException extends ActionsException
        permits RunnerExistsException,
                RunnerNotFoundException,
                JobStillRunningException,
                RunnerGroupNotFoundException,
                ScaleSetNotFoundException,
                SessionConflictException,
                SessionExpiredException,
                MessageQueueTokenExpiredException {
    /** Creates the exception. */
    public ActionsServiceException(String message, ErrorDetails details) {
        super(message, details, null);
    }
}

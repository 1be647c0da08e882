package io.github.arc4j.actions.errors;

/** The runner can't be removed while it is running a job. */
public final class JobStillRunningException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public JobStillRunningException(String message, ErrorDetails details) {
        super(message, details);
    }
}

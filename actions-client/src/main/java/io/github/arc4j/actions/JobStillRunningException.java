package io.github.arc4j.actions;

/** The runner can't be removed while it is running a job. */
public final class JobStillRunningException extends ActionsServiceException {
    /** Creates the exception. */
    public JobStillRunningException(String message, ErrorDetails details) {
        super(message, details);
    }
}

package io.github.arc4j.actions.messages;

/** One element of a {@link Message}: an event in the life of a job. */
public sealed interface JobMessage
        permits JobAvailable, JobAssigned, JobStarted, JobCompleted, UnknownJobMessage, UnreadableJobMessage {
    /** {@return the job's fields in this message} */
    JobInfo job();
}

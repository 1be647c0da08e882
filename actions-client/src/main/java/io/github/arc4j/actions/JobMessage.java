package io.github.arc4j.actions;

/** One element of a {@link Message}: something happened to a job. */
public sealed interface JobMessage
        permits JobAvailable, JobAssigned, JobStarted, JobCompleted, UnknownJobMessage, UnreadableJobMessage {
    /** What the message says about the job. */
    JobInfo job();
}

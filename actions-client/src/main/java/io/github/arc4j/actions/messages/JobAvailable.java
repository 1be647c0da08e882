package io.github.arc4j.actions.messages;

/**
 * A job is available and can be acquired by its {@link JobInfo#runnerRequestId()}.
 *
 * @param job the job
 * @param acquireJobUrl sent by the service, not needed
 */
public record JobAvailable(JobInfo job, String acquireJobUrl) implements JobMessage {}

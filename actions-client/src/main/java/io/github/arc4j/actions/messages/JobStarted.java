package io.github.arc4j.actions.messages;

/**
 * A runner started a job.
 *
 * @param job the job
 * @param runnerId id of the runner
 * @param runnerName name of the runner
 */
public record JobStarted(JobInfo job, long runnerId, String runnerName) implements JobMessage {}

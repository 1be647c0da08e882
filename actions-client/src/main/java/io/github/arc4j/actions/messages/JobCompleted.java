package io.github.arc4j.actions.messages;

/**
 * A job completed.
 *
 * @param job the job
 * @param result {@code succeeded}, {@code failed}, {@code canceled} and others
 * @param runnerId id of the runner, 0 if the job never ran on a runner
 * @param runnerName name of the runner, empty if the job never ran on a runner
 */
public record JobCompleted(JobInfo job, String result, long runnerId, String runnerName) implements JobMessage {}

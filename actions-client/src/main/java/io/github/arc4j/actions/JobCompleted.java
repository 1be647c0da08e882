package io.github.arc4j.actions;

/**
 * A job ended.
 *
 * @param job the job
 * @param result {@code succeeded}, {@code failed}, {@code canceled} and others
 * @param runnerId id of the runner, 0 if no runner had the job
 * @param runnerName name of the runner, empty if no runner had the job
 */
public record JobCompleted(JobInfo job, String result, long runnerId, String runnerName) implements JobMessage {}

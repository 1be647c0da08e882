package io.github.arc4j.actions.messages;

/**
 * A job was assigned to the scale set and is waiting for a runner.
 *
 * @param job the job
 */
public record JobAssigned(JobInfo job) implements JobMessage {}

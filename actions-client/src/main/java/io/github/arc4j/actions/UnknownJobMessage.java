package io.github.arc4j.actions;

/**
 * An element of a type that this client doesn't know ({@link JobInfo#messageType()}); to be skipped.
 *
 * @param job what could be read of it
 */
public record UnknownJobMessage(JobInfo job) implements JobMessage {}

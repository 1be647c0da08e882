package io.github.arc4j.actions.messages;

/**
 * An element of a type unknown to this client ({@link JobInfo#messageType()}), which callers should skip.
 *
 * @param job the readable fields
 */
public record UnknownJobMessage(JobInfo job) implements JobMessage {}

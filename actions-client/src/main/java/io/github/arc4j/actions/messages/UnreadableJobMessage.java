package io.github.arc4j.actions.messages;

/**
 * An unreadable element of a message, such as a known type with a non-numeric value in a numeric field. Callers should
 * skip it. The other elements of the message are not affected. The last element of a message may stand for further ones
 * that were not read, because the message is too large.
 *
 * @param job the readable fields; empty strings and zeros otherwise
 * @param problem describes why the element is unreadable
 */
public record UnreadableJobMessage(JobInfo job, String problem) implements JobMessage {}

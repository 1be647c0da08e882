package io.github.arc4j.actions.messages;

/**
 * An unreadable element of a message, such as a known type with a non-numeric value in a numeric field. Callers should
 * skip it. The other elements of the message are not affected.
 *
 * @param job the readable fields; empty strings and zeros otherwise
 * @param problem describes why the element is unreadable
 */
public record UnreadableJobMessage(JobInfo job, String problem) implements JobMessage {}

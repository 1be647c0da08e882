package io.github.arc4j.actions;

/**
 * An element of a message that can't be read, such as a known type with a field that is no number; to be skipped. The
 * other elements of its message are not affected.
 *
 * @param job what could be read of it; empty texts and zeros otherwise
 * @param problem what is wrong with it
 */
public record UnreadableJobMessage(JobInfo job, String problem) implements JobMessage {}

package io.github.arc4j.actions.internal.json;

import io.github.arc4j.actions.messages.JobAvailable;
import io.github.arc4j.actions.messages.JobCompleted;
import io.github.arc4j.actions.messages.JobInfo;
import io.github.arc4j.actions.messages.JobMessage;
import io.github.arc4j.actions.messages.JobStarted;
import io.github.arc4j.actions.messages.Message;
import io.github.arc4j.actions.messages.UnreadableJobMessage;

/** Estimates the memory that jobs occupy, erring on the high side. */
public final class JobSize {
    /** The objects of a job without the characters of its texts. */
    private static final int OBJECTS = 640;
    /** A string and its place in a list, without its characters. */
    private static final int LABEL = 56;

    private static final int CHARACTER = Character.BYTES;

    private JobSize() {}

    /** Returns the bytes of all jobs of the message. */
    public static long of(Message message) {
        return message.jobs().stream().mapToLong(JobSize::of).sum();
    }

    static long of(JobMessage message) {
        JobInfo job = message.job();
        long characters = (long) job.messageType().length()
                + job.repositoryName().length()
                + job.ownerName().length()
                + job.jobId().length()
                + job.jobWorkflowRef().length()
                + job.jobDisplayName().length()
                + job.eventName().length()
                + ownCharacters(message);
        for (String label : job.requestLabels()) {
            characters += label.length();
        }
        return OBJECTS + (long) LABEL * job.requestLabels().size() + CHARACTER * characters;
    }

    private static long ownCharacters(JobMessage message) {
        if (message instanceof JobAvailable available) {
            return available.acquireJobUrl().length();
        } else if (message instanceof JobStarted started) {
            return started.runnerName().length();
        } else if (message instanceof JobCompleted completed) {
            return (long) completed.result().length() + completed.runnerName().length();
        } else if (message instanceof UnreadableJobMessage unreadable) {
            return unreadable.problem().length();
        }
        return 0;
    }
}

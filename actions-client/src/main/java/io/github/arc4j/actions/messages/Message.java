package io.github.arc4j.actions.messages;

import io.github.arc4j.actions.model.Statistics;
import java.util.List;

/**
 * A batch of job messages. Each poll delivers the batch again until it is deleted or a poll passes its id, or a later
 * one, as the last message id.
 *
 * @param id the message's id
 * @param statistics current statistics of the scale set
 * @param jobs the job messages in the order of the service; may be empty. Of a message whose jobs would occupy more than
 *     1 MiB of memory, the first ones, and an {@link UnreadableJobMessage} that stands for the rest. GitHub's messages are
 *     much smaller
 */
public record Message(long id, Statistics statistics, List<JobMessage> jobs) {
    /** Copies the list. */
    public Message {
        jobs = List.copyOf(jobs);
    }
}

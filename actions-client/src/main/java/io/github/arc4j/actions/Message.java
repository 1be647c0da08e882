package io.github.arc4j.actions;

import java.util.List;

/**
 * A batch of job messages. It comes again on the next poll until it is deleted or a later id is given as the last one.
 *
 * @param id the message's id
 * @param statistics current numbers of the scale set
 * @param jobs what happened, in the order of the service; may be empty
 */
public record Message(long id, Statistics statistics, List<JobMessage> jobs) {
    /** Copies the list. */
    public Message {
        jobs = List.copyOf(jobs);
    }
}

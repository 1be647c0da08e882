package io.github.arc4j.actions.loop;

import io.github.arc4j.actions.InvalidResponseException;

/** Counts how often a message could not be read: one that never can would come again for ever. */
final class UnreadableMessages {
    private static final int TRIES = 3;

    private long last;
    private int tries;

    /** Id of the message if it is to be skipped, else 0. */
    long skipped(InvalidResponseException failure) {
        long id = failure.messageId().orElse(0);
        tries = id == last ? tries + 1 : 1;
        last = id;
        return tries < TRIES ? 0 : id;
    }
}

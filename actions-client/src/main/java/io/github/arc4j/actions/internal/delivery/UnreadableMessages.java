package io.github.arc4j.actions.internal.delivery;

import io.github.arc4j.actions.errors.InvalidResponseException;

/**
 * Counts failures to parse a message: without a limit, a message that can never be parsed would be delivered forever.
 */
public final class UnreadableMessages {
    private static final int MAX_ATTEMPTS = 3;

    private long last;
    private int attempts;

    /** Returns the id of the message if it must be skipped, else 0. */
    public long skipped(InvalidResponseException failure) {
        long id = failure.messageId().orElse(0);
        attempts = id == last ? attempts + 1 : 1;
        last = id;
        return attempts < MAX_ATTEMPTS ? 0 : id;
    }
}

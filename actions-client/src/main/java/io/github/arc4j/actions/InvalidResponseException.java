package io.github.arc4j.actions;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The answer was not what the protocol says: no JSON, a missing field, too large, several objects of one name. */
public final class InvalidResponseException extends ActionsException {
    private final long messageId;

    /** Creates the exception. */
    public InvalidResponseException(String message, ErrorDetails details, @Nullable Throwable cause) {
        this(message, details, cause, 0);
    }

    /**
     * Creates the exception for a message that can't be read.
     *
     * @param messageId id of the message, 0 if unknown
     */
    public InvalidResponseException(String message, ErrorDetails details, @Nullable Throwable cause, long messageId) {
        super(message, details, cause);
        this.messageId = messageId;
    }

    /** Id of the message that could not be read, so that it can be skipped; only in polls. */
    public OptionalLong messageId() {
        return messageId == 0 ? OptionalLong.empty() : OptionalLong.of(messageId);
    }
}

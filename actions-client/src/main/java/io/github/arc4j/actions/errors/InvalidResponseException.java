package io.github.arc4j.actions.errors;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The response violates the protocol: it is not JSON, lacks a field, is too large, or has several objects of the same
 * name.
 */
public final class InvalidResponseException extends ActionsException {
    /** The id of the unreadable message, 0 if unknown. */
    private final long messageId;

    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     * @param cause the cause, null if there is none
     */
    public InvalidResponseException(String message, ErrorDetails details, @Nullable Throwable cause) {
        this(message, details, cause, 0);
    }

    /**
     * Creates the exception for an unreadable message.
     *
     * @param message text of the exception
     * @param details the details of the failure
     * @param cause the cause, null if there is none
     * @param messageId id of the message, 0 if unknown
     */
    public InvalidResponseException(String message, ErrorDetails details, @Nullable Throwable cause, long messageId) {
        super(message, details, cause);
        this.messageId = messageId;
    }

    /** {@return the id of the unreadable message, which lets the caller skip it; present only for polls} */
    public OptionalLong messageId() {
        return messageId == 0 ? OptionalLong.empty() : OptionalLong.of(messageId);
    }
}

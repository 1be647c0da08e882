package io.github.arc4j.actions;

import org.jspecify.annotations.Nullable;

/**
 * The data contains no usable credentials, for example because a value is missing. The message contains no secret.
 */
public final class InvalidCredentialsException extends IllegalArgumentException {
    /**
     * Creates the exception with a message that may be shown to users.
     *
     * @param message text of the exception, which contains no secret
     */
    public InvalidCredentialsException(String message) {
        super(message);
    }

    /** Strips whitespace around a value and rejects null, which callers without null checks may pass, and blanks. */
    static String requireText(@Nullable String value, String name) {
        if (value == null || value.isBlank()) {
            throw new InvalidCredentialsException("no credentials provided: the " + name + " is empty");
        }
        return value.strip();
    }
}

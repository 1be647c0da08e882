package io.github.arc4j.actions.errors;

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
}

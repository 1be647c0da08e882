package io.github.arc4j.actions;

/**
 * The data contains no usable credentials, see {@link Credentials#of(java.util.Map)}. The message contains no secret.
 */
public final class InvalidCredentialsException extends IllegalArgumentException {
    /** Creates the exception with a message that may be shown to users. */
    public InvalidCredentialsException(String message) {
        super(message);
    }
}

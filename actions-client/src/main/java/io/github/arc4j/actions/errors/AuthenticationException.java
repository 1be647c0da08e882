package io.github.arc4j.actions.errors;

import org.jspecify.annotations.Nullable;

/**
 * The client could not obtain a token: the credentials are wrong, expired, not allowed to register runners here, or
 * could not be read from their source; or the service rejected a new token.
 */
public final class AuthenticationException extends ActionsException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     * @param cause the cause, null if there is none
     */
    public AuthenticationException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}

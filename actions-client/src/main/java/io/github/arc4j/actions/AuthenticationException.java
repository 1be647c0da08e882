package io.github.arc4j.actions;

import org.jspecify.annotations.Nullable;

/**
 * The client could not obtain a token: the credentials are wrong, expired, not allowed to register runners here, or
 * could not be read from their source; or the service rejected a new token.
 */
public final class AuthenticationException extends ActionsException {
    /** Creates the exception. */
    public AuthenticationException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}

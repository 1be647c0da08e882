package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.InvalidCredentialsException;

/**
 * Source of credentials: a constant, a Kubernetes Secret or a vault. The client queries the source each time it needs a
 * new token, so replaced credentials take effect without a new client.
 */
@FunctionalInterface
public interface CredentialsSource {
    /**
     * {@return the current credentials, never null} If this method throws, the call fails with {@link
     * AuthenticationException}, which has the exception as its cause; it is {@linkplain ActionsException#retryable()
     * retryable} unless the exception is an {@link IllegalArgumentException}, such as {@link
     * InvalidCredentialsException}.
     *
     * @throws Exception if the credentials cannot be read
     */
    Credentials get() throws Exception;
}

package io.github.arc4j.actions.errors;

import org.jspecify.annotations.Nullable;

/**
 * There was no response, or an incomplete one: connection refused or lost, unknown host, timeout, untrusted
 * certificate, proxy failure. {@link #outcomeUnknown()} reports whether the request may have reached the service. If
 * the response headers arrived, {@link #status()} and the ids come from them.
 */
public sealed class ConnectionException extends ActionsException permits CallNotPermittedException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     * @param cause the cause, null if there is none
     */
    public ConnectionException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}

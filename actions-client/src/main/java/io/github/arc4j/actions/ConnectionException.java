package io.github.arc4j.actions;

import org.jspecify.annotations.Nullable;

/**
 * There was no (complete) answer: connection refused or lost, unknown host, time limit, untrusted certificate, proxy.
 * {@link #outcomeUnknown()} tells whether the request may have reached the service. If the answer began, {@link
 * #status()} and the ids are those of its headers.
 */
public sealed class ConnectionException extends ActionsException permits CircuitOpenException {
    /** Creates the exception. */
    public ConnectionException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }
}

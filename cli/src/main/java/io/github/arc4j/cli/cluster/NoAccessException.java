package io.github.arc4j.cli.cluster;

import org.jspecify.annotations.Nullable;

/** The cluster cannot be reached, or does not return what the command needs. The message says what to do. */
public final class NoAccessException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoAccessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

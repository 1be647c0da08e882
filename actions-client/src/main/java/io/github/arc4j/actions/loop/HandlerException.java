package io.github.arc4j.actions.loop;

import org.jspecify.annotations.Nullable;

/** A dependency of the handler fails, such as the platform on which runners start; a retry may succeed soon. */
public class HandlerException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param cause the cause, null if there is none
     */
    public HandlerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

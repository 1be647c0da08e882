package io.github.arc4j.actions.loop;

import org.jspecify.annotations.Nullable;

/** What a handler needs, such as the place where runners start, fails; another try soon may succeed. */
public class HandlerException extends RuntimeException {
    /** Creates the exception. */
    public HandlerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

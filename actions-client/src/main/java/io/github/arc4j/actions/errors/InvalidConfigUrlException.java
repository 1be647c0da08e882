package io.github.arc4j.actions.errors;

import io.github.arc4j.actions.ConfigUrl;

/** The text is not a config URL, see {@link ConfigUrl#parse(String)}. */
public final class InvalidConfigUrlException extends IllegalArgumentException {
    /**
     * Creates the exception with a message that names the URL.
     *
     * @param message text of the exception, which names the URL
     */
    public InvalidConfigUrlException(String message) {
        super(message);
    }
}

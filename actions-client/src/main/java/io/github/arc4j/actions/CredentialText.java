package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;
import org.jspecify.annotations.Nullable;

/** Values of credentials. */
final class CredentialText {
    private CredentialText() {}

    /**
     * Strips whitespace around a value and rejects null, which callers without null checks may pass, and blanks.
     *
     * @param maxLength in characters: a value is kept in memory, and its author is not always the owner of the process
     */
    static String require(@Nullable String value, String name, int maxLength) {
        if (value == null || value.isBlank()) {
            throw new InvalidCredentialsException("no credentials provided: the " + name + " is empty");
        }
        String text = value.strip();
        if (text.length() > maxLength) {
            throw new InvalidCredentialsException("the %s has %d characters, more than %d: this is something else"
                    .formatted(name, text.length(), maxLength));
        }
        return text;
    }
}

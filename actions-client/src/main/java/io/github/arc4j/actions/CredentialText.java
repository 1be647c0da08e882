package io.github.arc4j.actions;

import io.github.arc4j.actions.errors.InvalidCredentialsException;
import org.jspecify.annotations.Nullable;

/** Values of credentials. */
final class CredentialText {
    private CredentialText() {}

    /** Strips whitespace around a value and rejects null, which callers without null checks may pass, and blanks. */
    static String require(@Nullable String value, String name) {
        if (value == null || value.isBlank()) {
            throw new InvalidCredentialsException("no credentials provided: the " + name + " is empty");
        }
        return value.strip();
    }
}

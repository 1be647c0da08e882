package io.github.arc4j.vault;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A secret can't be read from a vault. The message says how to fix the problem and contains no secret. */
public final class VaultException extends IOException {
    private static final long serialVersionUID = 1;

    public enum Reason {
        /** The configuration or the certificate file is wrong. */
        INVALID_CONFIGURATION,
        /** The directory does not know the application or its certificate. */
        SIGN_IN_REFUSED,
        /** The application has no permission to read the secret, or not from this network. */
        ACCESS_DENIED,
        /** The vault has no such secret, or it is disabled. */
        SECRET_MISSING,
        /** The secret exists, but does not have the expected content. */
        INVALID_SECRET,
        /** There was no response, or one that asks to retry later. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final transient @Nullable Duration retryAfter;

    VaultException(Reason reason, String message) {
        this(reason, message, null, null);
    }

    VaultException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, message, null, cause);
    }

    VaultException(Reason reason, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** The delay after which the server asks to retry. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}

package io.github.arc4j.vault;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something can't be read from a vault. The message says what to do and holds no secret. */
public final class VaultException extends IOException {
    private static final long serialVersionUID = 1;

    /** Whose fault it is. */
    public enum Reason {
        /** The configuration or the certificate file is wrong. */
        INVALID_CONFIGURATION,
        /** The directory does not know the application or its certificate. */
        SIGN_IN_REFUSED,
        /** The application may not read the secret, or not from here. */
        ACCESS_DENIED,
        /** The vault has no such secret, or it is disabled. */
        SECRET_MISSING,
        /** The secret is there, but not what is expected of it. */
        INVALID_SECRET,
        /** No answer, or one that says to come again later. */
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

    /** When the server wants to be asked again. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}

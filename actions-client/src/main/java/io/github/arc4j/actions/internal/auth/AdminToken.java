package io.github.arc4j.actions.internal.auth;

import io.github.arc4j.actions.wire.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * Access to the Actions service.
 *
 * @param service base URL of the service
 * @param token the secret
 * @param expiry when the token expires, in GitHub's time
 */
public record AdminToken(URI service, String token, Instant expiry) {
    private static final Duration EARLY = Duration.ofSeconds(60);

    boolean isDue(Instant now) {
        return !now.plus(EARLY).isBefore(expiry);
    }

    boolean isOver(Instant now) {
        return !now.isBefore(expiry);
    }

    /** Reads the claim {@code exp} of a JSON web token; only the service verifies the signature. */
    static Instant expiry(String token) throws IOException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IOException("the admin token is not a JSON web token");
        }
        try {
            Number exp =
                    JsonObject.read(Base64.getUrlDecoder().decode(parts[1])).find("exp", Number.class);
            if (exp == null) {
                throw new IOException("the admin token does not say when it expires");
            }
            return Instant.ofEpochSecond(exp.longValue());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("the admin token can't be read");
        }
    }

    @Override
    public String toString() {
        return "AdminToken[service=" + service + ", expiry=" + expiry + "]";
    }
}

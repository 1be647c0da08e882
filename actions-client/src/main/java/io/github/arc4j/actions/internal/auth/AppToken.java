package io.github.arc4j.actions.internal.auth;

import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.wire.JsonWebToken;
import io.github.arc4j.actions.wire.PrivateKeys;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;

/** The JSON web token with which an App authenticates, signed with RS256. */
final class AppToken {
    /** The issue time lies in the past because clocks differ. */
    private static final Duration BACKDATED = Duration.ofSeconds(60);
    /** GitHub allows at most 10 minutes. */
    private static final Duration LIFETIME = Duration.ofMinutes(9);

    private AppToken() {}

    static String create(GitHubApp app, Instant now) {
        long issued = now.minus(BACKDATED).getEpochSecond();
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(PrivateKeys.parse(app.privateKey()));
            return JsonWebToken.sign(
                    header -> {
                        header.writeStringField("alg", "RS256");
                        header.writeStringField("typ", "JWT");
                    },
                    claims -> {
                        claims.writeStringField("iss", app.appId());
                        claims.writeNumberField("exp", issued + LIFETIME.toSeconds());
                        claims.writeNumberField("iat", issued);
                    },
                    signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("failed to sign with the RSA private key", e);
        }
    }
}

package io.github.arc4j.actions.internal;

import io.github.arc4j.actions.GitHubApp;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** The JSON web token by which an App shows who it is, signed with RS256. */
final class AppToken {
    /** Issued in the past, because clocks differ. */
    private static final Duration BACKDATED = Duration.ofSeconds(60);
    /** GitHub allows 10 minutes. */
    private static final Duration LIFETIME = Duration.ofMinutes(9);

    private AppToken() {}

    static String create(GitHubApp app, Instant now) {
        long issued = now.minus(BACKDATED).getEpochSecond();
        String header = Json.write(out -> {
            out.writeStringField("alg", "RS256");
            out.writeStringField("typ", "JWT");
        });
        String claims = Json.write(out -> {
            out.writeStringField("iss", app.appId());
            out.writeNumberField("exp", issued + LIFETIME.toSeconds());
            out.writeNumberField("iat", issued);
        });
        String content = base64(bytes(header)) + "." + base64(bytes(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(PrivateKeys.parse(app.privateKey()));
            signature.update(bytes(content));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("failed to sign with the RSA private key", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

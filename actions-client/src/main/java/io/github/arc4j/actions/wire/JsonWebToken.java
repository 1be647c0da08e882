package io.github.arc4j.actions.wire;

import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;

/** A signed JSON web token (RFC 7515, compact). */
public final class JsonWebToken {
    private JsonWebToken() {}

    /**
     * Signs a token.
     *
     * @param header fields that name the algorithm
     * @param signature of that algorithm, ready to sign with the key
     */
    public static String sign(JsonText.Content header, JsonText.Content claims, Signature signature)
            throws SignatureException {
        String content = base64(bytes(JsonText.object(header))) + "." + base64(bytes(JsonText.object(claims)));
        signature.update(bytes(content));
        return content + "." + base64(signature.sign());
    }

    /** Base64 as tokens have it: for URLs, without padding. */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

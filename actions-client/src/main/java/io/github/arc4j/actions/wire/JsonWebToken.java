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
     * @param header header fields, which name the algorithm
     * @param signature signature object for that algorithm, initialized with the key
     */
    public static String sign(JsonText.Content header, JsonText.Content claims, Signature signature)
            throws SignatureException {
        String content = base64(bytes(JsonText.object(header))) + "." + base64(bytes(JsonText.object(claims)));
        signature.update(bytes(content));
        return content + "." + base64(signature.sign());
    }

    /** Encodes bytes in the tokens' variant of Base64: URL-safe, without padding. */
    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

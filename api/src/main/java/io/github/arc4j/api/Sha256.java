package io.github.arc4j.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 hashes of texts. */
public final class Sha256 {
    private Sha256() {}

    /**
     * Calculates the hash of a text.
     *
     * @param text of which the UTF-8 bytes are hashed
     * @return 64 hexadecimal digits in lower case
     */
    public static String of(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }
}
